// What a scenario expects of the domain: "expect ..." lines.
#pragma once

#include <string>
#include <vector>

#include "tests/support/world.h"

namespace dmm::test {

// Empty if it is so, else what is instead, or how the line is to be written.
[[nodiscard]] std::string unmet(const std::vector<std::string>& words, World& world);

}  // namespace dmm::test
