// What the kernels hold, as lines of text, and what is there that was not there before.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tools/demo/topology.h"

namespace dmm::demo {

// One line per link, address, route (all tables), rule and permanent neighbour.
using Snapshot = std::vector<std::string>;

// Of all routers; each line begins with the actor's name.
[[nodiscard]] std::expected<Snapshot, std::string> take_snapshot(const Topology& topology);

// The same, as soon as the kernels have made what they make by themselves for a new link.
[[nodiscard]] std::expected<Snapshot, std::string> take_settled_snapshot(const Topology& topology);

// The objects in the output of `ip -6 -o` for `actor`, without what changes by itself
// (indices, flags, remaining lifetimes). Sorted.
[[nodiscard]] Snapshot objects_in(std::string_view output, const std::string& actor);

// The lines of `after` that are not in `before`, with their multiplicity.
[[nodiscard]] Snapshot new_objects(const Snapshot& before, const Snapshot& after);

}  // namespace dmm::demo
