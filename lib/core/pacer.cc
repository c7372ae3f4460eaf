#include "lib/core/pacer.h"

#include <algorithm>
#include <utility>

#include "lib/base/assert.h"
#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

// Parts of a token: each nanosecond brings as many as there are tokens in a second.
constexpr std::uint64_t kToken = 1'000'000'000;
constexpr Duration kSecond = std::chrono::seconds(1);

}  // namespace

TokenBucket::TokenBucket(std::uint32_t per_second, std::uint32_t burst)
    : per_second_(per_second), most_(burst * kToken), parts_(most_) {
    DMM_ASSERT(per_second > 0 && burst > 0);
}

void TokenBucket::fill(SteadyTime now) {
    if (now <= filled_at_) return;
    const auto elapsed = static_cast<std::uint64_t>((now - filled_at_).count());
    // Compared before it is multiplied: a long time would not fit.
    const bool full = elapsed > (most_ - parts_) / per_second_;
    parts_ = full ? most_ : parts_ + elapsed * per_second_;
    filled_at_ = now;
}

void TokenBucket::reconfigure(SteadyTime now, std::uint32_t per_second, std::uint32_t burst) {
    DMM_ASSERT(per_second > 0 && burst > 0);
    fill(now);
    per_second_ = per_second;
    most_ = burst * kToken;
    parts_ = std::min(parts_, most_);
}

bool TokenBucket::take(SteadyTime now) {
    fill(now);
    if (parts_ < kToken) return false;
    parts_ -= kToken;
    return true;
}

SteadyTime TokenBucket::free_at() const {
    if (parts_ >= kToken) return filled_at_;
    const std::uint64_t missing = kToken - parts_;
    return filled_at_ +
           Duration(static_cast<std::int64_t>((missing + per_second_ - 1) / per_second_));
}

Pacer::Pacer(const ProtocolSettings& protocol)
    : strict_(protocol.strict_update_rate), bucket_(protocol.pbu_rate, protocol.pbu_burst) {}

UpdateRoute Pacer::lane_of(const UpdateRoute& route) const {
    return {.serial = strict_ ? Serial{} : route.serial, .to = route.to};
}

bool Pacer::take(SteadyTime now, const UpdateRoute& route) {
    if (mutated(Mutant::PacingOff)) return true;
    forget(now);
    unblock(now);
    if (!ready_.empty()) return false;
    const auto [lane, fresh] = lanes_.try_emplace(lane_of(route));
    // Whoever waits in this lane came earlier; without one, it may be full all the same.
    const bool full =
        lane->second.count == kMaxUpdateRate && now < lane->second.sent.front() + kSecond;
    if (full || !lane->second.waiting.empty() || !bucket_.take(now)) {
        if (fresh) lanes_.erase(lane);
        return false;
    }
    count(now, lane);
    return true;
}

Place Pacer::join(SteadyTime now, const UpdateRoute& route) {
    last_.value += 1;
    const auto lane = lanes_.try_emplace(lane_of(route)).first;
    lane->second.waiting.emplace(last_, route);
    ++waiting_;
    schedule(now, lane);
    return last_;
}

void Pacer::leave(SteadyTime now, const UpdateRoute& route, Place place) {
    const auto lane = lanes_.find(lane_of(route));
    DMM_ASSERT(lane != lanes_.end());
    const auto gone = lane->second.waiting.erase(place);
    DMM_ASSERT(gone == 1);
    --waiting_;
    schedule(now, lane);
    forget(now, lane);
}

std::optional<UpdateRoute> Pacer::next_due(SteadyTime now) {
    forget(now);
    unblock(now);
    if (ready_.empty() || !bucket_.take(now)) return std::nullopt;
    const auto lane = lanes_.find(ready_.begin()->second);
    const auto first = lane->second.waiting.begin();
    const UpdateRoute route = first->second;
    lane->second.waiting.erase(first);
    --waiting_;
    count(now, lane);
    schedule(now, lane);
    return route;
}

void Pacer::reconfigure(SteadyTime now, const ProtocolSettings& protocol) {
    bucket_.reconfigure(now, protocol.pbu_rate, protocol.pbu_burst);
    if (std::exchange(strict_, protocol.strict_update_rate) == protocol.strict_update_rate) return;
    const Lanes before = std::exchange(lanes_, {});
    ready_.clear();
    blocked_.clear();
    sent_.clear();
    for (const auto& [key, lane] : before) {
        for (const auto& [place, route] : lane.waiting)
            lanes_[lane_of(route)].waiting.emplace(place, route);
    }
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane)
        schedule(now, lane);
}

std::optional<SteadyTime> Pacer::next_deadline() const {
    std::optional<SteadyTime> at;
    if (!ready_.empty()) at = bucket_.free_at();
    if (!blocked_.empty()) at = earlier(at, blocked_.begin()->first);
    return at;
}

// Puts the lane where its first one belongs.
void Pacer::schedule(SteadyTime now, Lanes::iterator lane) {
    Lane& l = lane->second;
    if (l.ready) ready_.erase(*l.ready);
    if (l.blocked) blocked_.erase({*l.blocked, lane->first});
    l.ready.reset();
    l.blocked.reset();
    if (l.waiting.empty()) return;
    const SteadyTime free_at = l.sent.front() + kSecond;
    if (l.count == kMaxUpdateRate && now < free_at) {
        l.blocked = free_at;
        blocked_.emplace(free_at, lane->first);
    } else {
        l.ready = l.waiting.begin()->first;
        ready_.emplace(*l.ready, lane->first);
    }
}

void Pacer::unblock(SteadyTime now) {
    while (!blocked_.empty() && blocked_.begin()->first <= now)
        schedule(now, lanes_.find(blocked_.begin()->second));
}

void Pacer::count(SteadyTime now, Lanes::iterator lane) {
    Lane& l = lane->second;
    if (l.count == kMaxUpdateRate) {
        std::shift_left(l.sent.begin(), l.sent.end(), 1);
    } else {
        ++l.count;
    }
    l.sent.at(l.count - 1) = now;
    sent_.push_back({.at = now, .lane = lane->first});
}

// Lanes are kept for as long as they say something: the rate bounds their number.
void Pacer::forget(SteadyTime now) {
    while (!sent_.empty() && sent_.front().at + kSecond <= now) {
        const auto lane = lanes_.find(sent_.front().lane);
        if (lane != lanes_.end()) forget(now, lane);
        sent_.pop_front();
    }
}

void Pacer::forget(SteadyTime now, Lanes::iterator lane) {
    const Lane& l = lane->second;
    if (!l.waiting.empty()) return;
    if (l.count > 0 && now < l.sent.at(l.count - 1) + kSecond) return;
    lanes_.erase(lane);
}

}  // namespace dmm::core
