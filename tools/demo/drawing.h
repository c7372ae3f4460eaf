// A small drawing of where the node is and how its prefixes reach it, from what the node's
// own kernel says about its addresses.
#pragma once

#include <string>
#include <vector>

#include "tools/demo/rtnetlink.h"

namespace dmm::demo {

// `at`: the MAAR to which the node is attached, from 1.
[[nodiscard]] std::vector<std::string> draw(int at, const std::vector<NodeAddress>& addresses);

}  // namespace dmm::demo
