// The only reader of the kernel's clocks: everything else is given its time.
#pragma once

#include "lib/base/time.h"

namespace dmm::agent {

// CLOCK_MONOTONIC and CLOCK_REALTIME, one after the other.
[[nodiscard]] Now read_clock();

}  // namespace dmm::agent
