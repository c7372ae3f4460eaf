// Time as an input. Nothing below the agent reads a clock: every event carries a
// Now. The steady part drives timers, the wall part only the Timestamp option
// (RFC 5213 section 8.8).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace dmm {

using Duration = std::chrono::nanoseconds;

// Nanoseconds of the monotonic clock; its zero is arbitrary.
struct SteadyTime {
    Duration since_start{};
    friend auto operator<=>(const SteadyTime&, const SteadyTime&) = default;

    friend constexpr SteadyTime operator+(SteadyTime t, Duration d) { return {t.since_start + d}; }

    friend constexpr SteadyTime operator-(SteadyTime t, Duration d) { return {t.since_start - d}; }

    friend constexpr Duration operator-(SteadyTime a, SteadyTime b) {
        return a.since_start - b.since_start;
    }
};

// Nanoseconds since 1970-01-01 00:00 UTC.
struct WallTime {
    Duration since_epoch{};
    friend auto operator<=>(const WallTime&, const WallTime&) = default;
};

struct Now {
    SteadyTime steady;
    WallTime wall;
    friend auto operator<=>(const Now&, const Now&) = default;
};

}  // namespace dmm
