// Sessions of the engines as the rows that `dmmctl show nodes` shows.
#pragma once

#include <vector>

#include "lib/base/time.h"
#include "lib/control/node_filter.h"
#include "lib/control/views.h"
#include "lib/core/cmd_engine.h"
#include "lib/core/maar_engine.h"
#include "lib/kernel/source_filter.h"

namespace dmm::agent {

// Those that pass, in the order of the MN-IDs.
[[nodiscard]] std::vector<control::NodeView> node_views(const core::MaarEngine& engine,
                                                        SteadyTime now,
                                                        const control::NodeFilter& filter = {});
[[nodiscard]] std::vector<control::NodeView> node_views(const core::CmdEngine& engine,
                                                        SteadyTime now,
                                                        const control::NodeFilter& filter = {});

// To nodes of a MAAR, what its kernel has counted of them.
void add_traffic(std::vector<control::NodeView>& views, const kernel::TrafficReading& reading);

}  // namespace dmm::agent
