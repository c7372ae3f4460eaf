// The configurations of the demonstration's daemons, as an operator would write them.
#pragma once

#include <string>

namespace dmm::demo {

// `socket`: path of the control socket.
[[nodiscard]] std::string maar_config(int maar, const std::string& mode, const std::string& socket);
[[nodiscard]] std::string cmd_config(const std::string& mode, const std::string& socket);

}  // namespace dmm::demo
