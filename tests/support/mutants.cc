#include "tests/support/mutants.h"

#include <algorithm>

#include "lib/core/mutant.h"

namespace dmm::test {

#ifdef DMM_MUTANTS
bool wake_mutant(const std::string& name) {
    const auto known = std::find_if(
        core::kMutants.begin(), core::kMutants.end(), [&](auto& m) { return m.name == name; });
    if (known == core::kMutants.end()) return false;
    core::active_mutant = known->mutant;
    return true;
}
#else
bool wake_mutant(const std::string& /*name*/) {
    return false;
}
#endif

std::string mutants_text() {
    std::string text;
    for (const core::MutantName& mutant : core::kMutants)
        text += std::string(mutant.name) + '\t' + std::string(mutant.fault) + '\n';
    return text;
}

}  // namespace dmm::test
