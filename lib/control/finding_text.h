// Findings for a person, and as an exit status: the same from `dmmctl check` and from
// `dmmd --check`.
#pragma once

#include <string>
#include <vector>

#include "lib/control/views.h"

namespace dmm::control {

// What is worse than "unseen", or all of it, and a line of counts at the end.
[[nodiscard]] std::string findings_text(const std::vector<FindingView>& findings, bool verbose);

// 0, or kWarningsFound, or kErrorsFound where there is an error too.
inline constexpr int kWarningsFound = 9;
inline constexpr int kErrorsFound = 10;
[[nodiscard]] int exit_code_of(const std::vector<FindingView>& findings);

}  // namespace dmm::control
