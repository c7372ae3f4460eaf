// The option --mutant NAME of the test programs (lib/core/mutant.h).
#pragma once

#include <string>

namespace dmm::test {

// Wakes the fault. False if there is none of that name, or if this build has none at all.
[[nodiscard]] bool wake_mutant(const std::string& name);

// All of them, one a line: name, tabulator, fault.
[[nodiscard]] std::string mutants_text();

}  // namespace dmm::test
