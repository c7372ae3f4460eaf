// `dmmctl show handovers` for a person.
#pragma once

#include <string>
#include <vector>

#include "lib/control/views.h"
#include "tools/dmmctl/render.h"

namespace dmm::dmmctl {

// A line for each handover, with when each phase of it was over.
[[nodiscard]] std::string handovers_text(const std::vector<control::HandoverView>& handovers,
                                         const Form& form);

}  // namespace dmm::dmmctl
