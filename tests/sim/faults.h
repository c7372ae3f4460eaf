// How hostile a world is.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "lib/base/rng.h"

namespace dmm::test {

struct Faults {
    // Percent of the messages.
    unsigned loss = 0;
    unsigned duplication = 0;
    unsigned reordering = 0;
    // Percent of the moves beside which one begins.
    unsigned partition = 0;
    unsigned refusal = 0;
    unsigned slowness = 0;
    unsigned crash = 0;
    // Wall clocks are off by up to this many milliseconds, either way.
    unsigned skew = 0;
    friend bool operator==(const Faults&, const Faults&) = default;
};

// The ceilings of a world with everything in it.
inline constexpr Faults kHostile{.loss = 20,
                                 .duplication = 10,
                                 .reordering = 20,
                                 .partition = 10,
                                 .refusal = 10,
                                 .slowness = 10,
                                 .crash = 10,
                                 .skew = 100};

struct FaultName {
    std::string_view name;
    unsigned Faults::*value;
};

inline constexpr std::array<FaultName, 8> kFaultNames{{{"loss", &Faults::loss},
                                                       {"duplication", &Faults::duplication},
                                                       {"reordering", &Faults::reordering},
                                                       {"partition", &Faults::partition},
                                                       {"refusal", &Faults::refusal},
                                                       {"slowness", &Faults::slowness},
                                                       {"crash", &Faults::crash},
                                                       {"skew", &Faults::skew}}};

// Each fault at a third of all worlds absent, at a third somewhere below its ceiling, at a third
// at it.
[[nodiscard]] Faults draw_faults(const Faults& ceiling, Rng& rng);

// "loss=20 skew=100", or "no faults".
[[nodiscard]] std::string faults_text(const Faults& faults);

}  // namespace dmm::test
