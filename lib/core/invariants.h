// What must hold after every event, whatever came: checked by tests, the simulator and fuzz
// targets. Each returns the first violation as a sentence, or nothing.
#pragma once

#include <optional>
#include <string>

#include "lib/core/cmd_engine.h"
#include "lib/core/maar_engine.h"

namespace dmm::core {

[[nodiscard]] std::optional<std::string> violation(const MaarEngine& engine);
[[nodiscard]] std::optional<std::string> violation(const CmdEngine& engine);

}  // namespace dmm::core
