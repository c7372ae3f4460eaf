// When PBUs of the CMD may leave: RFC 8885 section 6 wants their queue paced, since one PBU of
// an S-MAAR causes one to each P-MAAR; section 3.6 allows MAX_UPDATE_RATE per second. Keeps no
// messages, only whose turn is next. Pure: time comes in.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "lib/base/ip.h"
#include "lib/base/strong.h"
#include "lib/base/time.h"
#include "lib/core/deadlines.h"
#include "lib/model/limits.h"
#include "lib/model/settings.h"

namespace dmm::core {

// Tokens come at an even rate and are kept up to `burst`. Counted in whole parts of a token, so
// that nothing is lost to rounding however long it runs.
class TokenBucket {
public:
    // Full at first. Both at least 1.
    TokenBucket(std::uint32_t per_second, std::uint32_t burst);

    [[nodiscard]] bool take(SteadyTime now);
    // What is there stays, up to the new `burst`.
    void reconfigure(SteadyTime now, std::uint32_t per_second, std::uint32_t burst);
    // When the next token is there; in the past if there is one.
    [[nodiscard]] SteadyTime free_at() const;

private:
    void fill(SteadyTime now);

    std::uint64_t per_second_;
    std::uint64_t most_;
    std::uint64_t parts_;
    SteadyTime filled_at_;
};

// One node's PBUs to one P-MAAR.
struct UpdateRoute {
    Serial serial;
    Ip6Address to;
    friend auto operator<=>(const UpdateRoute&, const UpdateRoute&) = default;
};

// A place in the queue; lower ones came earlier.
using Place = Strong<struct PlaceTag, std::uint64_t>;

class Pacer {
public:
    static constexpr std::size_t kMaxUpdateRate = limits::kUpdatesPerSecond;

    explicit Pacer(const ProtocolSettings& protocol);

    // True if a PBU may leave now, and counts it. Never before one that waits and could leave.
    [[nodiscard]] bool take(SteadyTime now, const UpdateRoute& route);

    // The end of the queue. A route has at most one place.
    [[nodiscard]] Place join(SteadyTime now, const UpdateRoute& route);
    void leave(SteadyTime now, const UpdateRoute& route, Place place);
    // The first of the queue that may leave now, out of it and counted; nullopt if none may.
    [[nodiscard]] std::optional<UpdateRoute> next_due(SteadyTime now);

    // Who waits keeps its place. When strict_update_rate changes, what was sent in the last second
    // is forgotten.
    void reconfigure(SteadyTime now, const ProtocolSettings& protocol);

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;

    [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
    // What MAX_UPDATE_RATE is for: a route, or with strict_update_rate all to one destination,
    // whose serial is then 0.
    struct Lane {
        std::array<SteadyTime, kMaxUpdateRate> sent{};  // the last ones, the oldest first
        std::size_t count = 0;
        std::map<Place, UpdateRoute> waiting;
        std::optional<Place> ready;         // its key in ready_
        std::optional<SteadyTime> blocked;  // its key in blocked_
    };

    using Lanes = std::map<UpdateRoute, Lane>;

    struct Sent {
        SteadyTime at;
        UpdateRoute lane;
    };

    [[nodiscard]] UpdateRoute lane_of(const UpdateRoute& route) const;
    void schedule(SteadyTime now, Lanes::iterator lane);
    void unblock(SteadyTime now);
    void count(SteadyTime now, Lanes::iterator lane);
    void forget(SteadyTime now);
    void forget(SteadyTime now, Lanes::iterator lane);

    bool strict_;
    TokenBucket bucket_;
    Lanes lanes_;                         // those that wait, and those that sent in the last second
    std::map<Place, UpdateRoute> ready_;  // lanes by their first place
    std::set<std::pair<SteadyTime, UpdateRoute>> blocked_;  // lanes at MAX_UPDATE_RATE
    std::deque<Sent> sent_;                                 // in the last second
    std::size_t waiting_ = 0;
    Place last_;
};

}  // namespace dmm::core
