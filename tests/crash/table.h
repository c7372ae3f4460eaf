// All that the routers' kernels hold, so that two states of them can be compared.
#pragma once

#include <expected>
#include <string>

#include "tools/demo/leftovers.h"
#include "tools/demo/topology.h"

namespace dmm::crash {

// As demo::take_snapshot(), and for each MAAR besides: what its DLIFs and tunnels are (kind, mode,
// addresses, whose frames), and its nf_tables rules and sets, without counters. Sorted.
[[nodiscard]] std::expected<demo::Snapshot, std::string> take_table(const demo::Topology& topology);

// The first lines in which they differ; "" if they do not.
[[nodiscard]] std::string difference(const demo::Snapshot& wanted, const demo::Snapshot& seen);

}  // namespace dmm::crash
