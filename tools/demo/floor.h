// How fast this machine is, in the same run: the figures of two machines can be compared only
// beside what the kernel's part of them costs on each.
#pragma once

#include <expected>
#include <string>

#include "lib/base/time.h"

namespace dmm::demo {

// What ip(8) needs to make and configure one interface like a DLIF, in a namespace `netns` that is
// made for it and removed again: the mean of many.
[[nodiscard]] std::expected<Duration, std::string> time_interface(const std::string& netns);

// The same on the machine where the predecessor was measured.
inline constexpr Duration kPredecessorInterface = std::chrono::microseconds(1400 + 2200);

}  // namespace dmm::demo
