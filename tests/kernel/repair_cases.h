// What becomes of objects that others remove or change: on the fake and on real kernels.
#pragma once

#include <array>

#include "tests/kernel/contract.h"

namespace dmm::kernel {

Verdict each_object_is_restored(Bench bench);
Verdict raised_again(Bench bench);
Verdict access_interface_comes_back(Bench bench);
Verdict core_interface_comes_back(Bench bench);
Verdict overrun_leads_to_a_look(Bench bench);
Verdict foreign_objects_are_reported(Bench bench);
Verdict own_changes_are_no_disturbance(Bench bench);

inline constexpr std::array<Case, 7> kRepairCases{{
    {"what others remove is made again", each_object_is_restored},
    {"a DLIF that others set down is raised, with all on it", raised_again},
    {"an access interface that was away is used again", access_interface_comes_back},
    {"a core interface that was away is used again", core_interface_comes_back},
    {"after an overrun everything is looked at", overrun_leads_to_a_look},
    {"what others put into our place is reported and stays", foreign_objects_are_reported},
    {"our own changes are no disturbance", own_changes_are_no_disturbance},
}};

}  // namespace dmm::kernel
