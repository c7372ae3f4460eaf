// Times as people read them: as precise as one can make use of. Exact ones are to_text()'s.
#pragma once

#include <cstdint>
#include <string>

#include "lib/base/time.h"

namespace dmm {

// The two largest units, rounded down: "0s", "42s", "3m12s", "2h5m", "8d20h".
[[nodiscard]] std::string time_text(std::uint64_t milliseconds);

// How long something took: "0.4ms", "12.3ms", "1.25s", "3m12s"; less than no time is none.
[[nodiscard]] std::string latency_text(Duration duration);

}  // namespace dmm
