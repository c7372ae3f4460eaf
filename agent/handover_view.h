// Handovers as the rows that `dmmctl show handovers` shows.
#pragma once

#include <string_view>
#include <vector>

#include "agent/handover_log.h"
#include "lib/control/views.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// The newest first; of those nodes alone that fit the pattern `mn`, unless it is "".
[[nodiscard]] std::vector<control::HandoverView> handover_views(const HandoverLog& log,
                                                                const Settings& settings,
                                                                const Now& now,
                                                                std::string_view mn);

}  // namespace dmm::agent
