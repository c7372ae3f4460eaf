// What a scenario expects of the domain: "expect ..." lines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/world.h"

namespace dmm::test {

// Empty if it is so, else what is instead, or how the line is to be written. `sent` has the last
// message of each node in the text form of traces.
[[nodiscard]] std::string unmet(const std::vector<std::string>& words,
                                World& world,
                                const std::map<std::string, std::string>& sent);

}  // namespace dmm::test
