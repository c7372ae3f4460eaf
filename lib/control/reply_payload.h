// The --json form of a reply.
#pragma once

#include <string>
#include <string_view>

namespace dmm::control {

// `line` is a reply of the daemon that decode_reply() took. Its keys, in their order, also
// those that this program does not know; without "code", which is the exit status.
// Indented, with a newline at the end.
[[nodiscard]] std::string payload_of(std::string_view line);

}  // namespace dmm::control
