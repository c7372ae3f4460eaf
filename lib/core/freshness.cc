#include "lib/core/freshness.h"

#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

// RFC 6275 section 9.5.1: half of the number space lies behind the last number, itself
// included.
bool is_old(std::uint16_t last, std::uint16_t sequence) {
    return static_cast<std::uint16_t>(last - sequence) <= 32768;
}

bool within(wire::Timestamp timestamp, WallTime now, std::chrono::milliseconds window) {
    const std::uint64_t clock = wire::Timestamp::of(now).value;
    const std::uint64_t apart =
        timestamp.value > clock ? timestamp.value - clock : clock - timestamp.value;
    return apart <= static_cast<std::uint64_t>(window.count()) * 65536 / 1000;
}

}  // namespace

Status judge_freshness(const Accepted& last,
                       std::optional<wire::Timestamp> timestamp,
                       std::uint16_t sequence,
                       WallTime now,
                       std::chrono::milliseconds window) {
    if (timestamp) {
        const bool stale = last.timestamp && *timestamp <= *last.timestamp;
        if (stale && !mutated(Mutant::StalePbuAccepted)) {
            return Status::TimestampLowerThanPrevAccepted;
        }
        return within(*timestamp, now, window) ? Status::Accepted : Status::TimestampMismatch;
    }
    if (last.sequence && is_old(*last.sequence, sequence)) {
        return Status::SequenceNumberOutOfWindow;
    }
    return Status::Accepted;
}

}  // namespace dmm::core
