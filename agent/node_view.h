// Sessions of the engines as the rows that `dmmctl show nodes` shows.
#pragma once

#include <vector>

#include "lib/base/time.h"
#include "lib/control/views.h"
#include "lib/core/cmd_engine.h"
#include "lib/core/maar_engine.h"

namespace dmm::agent {

// In the order of the MN-IDs.
[[nodiscard]] std::vector<control::NodeView> node_views(const core::MaarEngine& engine,
                                                        SteadyTime now);
[[nodiscard]] std::vector<control::NodeView> node_views(const core::CmdEngine& engine,
                                                        SteadyTime now);

}  // namespace dmm::agent
