// Is a PBU newer than what was accepted before? Timestamps as RFC 5213 section 5.5 has
// them, sequence numbers as RFC 6275 section 9.5.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "lib/base/time.h"
#include "lib/model/status.h"
#include "lib/wire/option.h"

namespace dmm::core {

// What was accepted last from the nodes of one mobility session.
struct Accepted {
    std::optional<wire::Timestamp> timestamp;
    std::optional<std::uint16_t> sequence;
    friend bool operator==(const Accepted&, const Accepted&) = default;
};

// Accepted, TimestampLowerThanPrevAccepted, TimestampMismatch or SequenceNumberOutOfWindow.
// With a timestamp the sequence number is not looked at. "Lower" (or equal) is reported
// before "outside the window": the sender of a stale message shall simply stamp it anew.
[[nodiscard]] Status judge_freshness(const Accepted& last,
                                     std::optional<wire::Timestamp> timestamp,
                                     std::uint16_t sequence,
                                     WallTime now,
                                     std::chrono::milliseconds window);

}  // namespace dmm::core
