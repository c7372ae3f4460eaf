#include "tests/sim/faults.h"

namespace dmm::test {

Faults draw_faults(const Faults& ceiling, Rng& rng) {
    Faults faults;
    for (const FaultName& fault : kFaultNames) {
        const unsigned most = ceiling.*fault.value;
        const std::uint64_t third = rng.below(3);
        const auto some = static_cast<unsigned>(rng.below(most + 1ULL));
        faults.*fault.value = third == 0 ? 0 : third == 1 ? some : most;
    }
    return faults;
}

std::string faults_text(const Faults& faults) {
    std::string text;
    for (const FaultName& fault : kFaultNames) {
        if (faults.*fault.value == 0) continue;
        text += (text.empty() ? "" : " ") + std::string(fault.name) + '=' +
                std::to_string(faults.*fault.value);
    }
    return text.empty() ? "no faults" : text;
}

}  // namespace dmm::test
