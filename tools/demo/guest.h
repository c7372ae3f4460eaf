// A second node, which visits every router before the play begins: what is timed afterwards is
// routers in operation, not the first use of a program, a module, a tunnel on a machine.
#pragma once

#include <expected>
#include <string>

#include "tools/demo/topology.h"

namespace dmm::demo {

// Walks maar1 -> 2 -> 3 -> 1, tries all its addresses at each place, and stays. The error says
// what it expected and saw.
[[nodiscard]] std::expected<void, std::string> let_guest_walk(const Topology& topology);

}  // namespace dmm::demo
