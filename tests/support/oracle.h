// What must hold for a whole domain: a house rule that no single engine can check.
#pragma once

#include <string>
#include <vector>

#include "tests/support/world.h"

namespace dmm::test {

// Once nothing is under way, for every host that is on a link: the CMD and its MAAR agree where
// it is and who its anchors are, packets pass both ways for each of its prefixes, and it has
// heard which of them it should prefer.
[[nodiscard]] std::vector<std::string> discord(const World& world);

// Once all sessions should be gone: what is left of them.
[[nodiscard]] std::vector<std::string> leftovers(const World& world);

}  // namespace dmm::test
