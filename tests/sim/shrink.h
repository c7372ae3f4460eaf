// Makes a script that fails as short as it can be.
#pragma once

#include <chrono>

#include "tests/sim/play.h"

namespace dmm::test {

// Leaves out inputs and faults of single messages while what was violated first still is, as
// far as it comes in that time. The result decides about every message by number.
[[nodiscard]] Script shrink(const Script& script,
                            const Outcome& outcome,
                            std::chrono::milliseconds time);

}  // namespace dmm::test
