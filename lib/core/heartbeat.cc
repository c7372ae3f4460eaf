#include "lib/core/heartbeat.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "lib/core/deadlines.h"
#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

constexpr Duration kFirstRequests = std::chrono::milliseconds(100);  // between two, on average
constexpr Duration kFirstRepeat = std::chrono::seconds(1);           // of a request at a start

std::optional<std::uint32_t> counter_in(const wire::Heartbeat& heartbeat) {
    for (const wire::Option& option : heartbeat.options) {
        if (const auto* counter = std::get_if<wire::RestartCounter>(&option)) {
            return counter->counter;
        }
    }
    return std::nullopt;
}

Note peer_note(NoteKind kind, const Ip6Address& peer) {
    return {kind, {{"peer", to_text(peer)}}};
}

}  // namespace

std::uint32_t run_at(WallTime wall) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(wall.since_epoch);
    return std::max(static_cast<std::uint32_t>(since.count()), std::uint32_t{1});
}

Heartbeats::Heartbeats(const Ip6Address& own, const ProtocolSettings& protocol)
    : own_(own),
      interval_(protocol.heartbeat_interval),
      allowed_(protocol.missing_heartbeats_allowed) {}

void Heartbeats::start(const Now& now,
                       std::uint32_t restart_counter,
                       const std::vector<Ip6Address>& peers,
                       Rng& rng,
                       Actions& out) {
    counter_ = restart_counter;
    greet(now, peers, rng, out);
    rearm();
}

void Heartbeats::greet(const Now& now,
                       const std::vector<Ip6Address>& peers,
                       Rng& rng,
                       Actions& out) {
    // Not all at once, now or ever.
    const Duration spread =
        std::min<Duration>(interval_, kFirstRequests * static_cast<std::int64_t>(peers.size()));
    for (const Ip6Address& peer : peers) {
        // RFC 5847 section 3.1: without waiting for a request.
        answer(peer, 0, /*unsolicited=*/true, out);
        PeerHealth& health = peers_[peer];
        health.heard = now.steady;
        health.next = now.steady + Duration(rng.below(static_cast<std::uint64_t>(spread.count())));
    }
}

void Heartbeats::reconfigure(const Now& now,
                             const ProtocolSettings& protocol,
                             const std::vector<Ip6Address>& peers,
                             Rng& rng,
                             Actions& out) {
    const Duration before = std::exchange(interval_, protocol.heartbeat_interval);
    allowed_ = protocol.missing_heartbeats_allowed;
    if (!counter_) return;
    std::erase_if(peers_,
                  [&](const auto& known) { return std::ranges::count(peers, known.first) == 0; });
    for (auto& [peer, health] : peers_) {
        if (before == interval_) break;
        if (interval_ == Duration{}) {
            health.missed = 0;
            health.lost = false;
        }
        // One that was not asked at all has a time from long ago.
        const Duration spread = before == Duration{} ? interval_ : Duration{};
        health.next = std::clamp(health.next, now.steady, now.steady + interval_) +
                      Duration(rng.below(static_cast<std::uint64_t>(spread.count())));
    }
    std::vector<Ip6Address> added;
    std::ranges::copy_if(peers, std::back_inserter(added), [&](const Ip6Address& peer) {
        return !peers_.contains(peer);
    });
    greet(now, added, rng, out);
    rearm();
}

std::optional<Heartbeats::Restart> Heartbeats::receive(const Now& now,
                                                       const Ip6Address& from,
                                                       const wire::Heartbeat& heartbeat,
                                                       Actions& out) {
    const auto known = peers_.find(from);
    if (known == peers_.end()) {
        out.emplace_back(
            refused_note(counter_ ? "unauthorised" : "unexpected_message", from, std::nullopt));
        return std::nullopt;
    }
    // Whoever sends one knows them, by now at least.
    if (known->second.mute) {
        known->second.mute = false;
        known->second.next = now.steady + interval_;
        rearm();
    }
    if (!heartbeat.response) {
        answer(from, heartbeat.sequence, /*unsolicited=*/false, out);
        return std::nullopt;
    }
    PeerHealth& health = known->second;
    if (!heartbeat.unsolicited && heartbeat.sequence != health.sequence) {
        out.emplace_back(refused_note("unmatched_heartbeat", from, std::nullopt));
        return std::nullopt;
    }
    health.missed = 0;
    if (!heartbeat.unsolicited && !std::exchange(health.answered, true)) {
        health.next = health.asked + interval_;
        rearm();
    }
    if (health.lost) {
        health.lost = false;
        out.emplace_back(peer_note(NoteKind::PeerFound, from));
    }
    const SteadyTime before = health.heard;
    const auto counter = counter_in(heartbeat);
    health.heard = now.steady;
    if (!counter) return std::nullopt;
    if (health.restart_counter == counter) return std::nullopt;
    const bool heard_before = health.restart_counter.has_value();
    health.restart_counter = counter;
    if (mutated(Mutant::RestartUnheard)) return std::nullopt;
    if (heard_before) out.emplace_back(peer_note(NoteKind::PeerRestarted, from));
    // An announcement comes before all else that the new run says. An answer only says that it
    // began after the last word of the old one; where no such word was heard, who knows.
    if (heartbeat.unsolicited) return Restart{.since = now.steady, .first = !heard_before};
    return Restart{.since = heard_before ? before : SteadyTime{}, .first = !heard_before};
}

bool Heartbeats::not_understood(const Ip6Address& from, Actions& out) {
    const auto known = peers_.find(from);
    if (known == peers_.end()) return false;
    PeerHealth& health = known->second;
    // One that has answered knows what they are.
    if (health.mute || health.restart_counter || !counter_) return false;
    health.mute = true;
    health.lost = false;
    health.missed = 0;
    out.emplace_back(
        Note{NoteKind::PeerLimited, {{"peer", to_text(from)}, {"lacks", "heartbeat"}}});
    rearm();
    return true;
}

void Heartbeats::tick(const Now& now, Actions& out) {
    if (!next_ || *next_ > now.steady) return;
    for (auto& [peer, health] : peers_) {
        if (health.mute || health.next > now.steady) continue;
        if (health.missed >= allowed_ && !health.lost) {
            health.lost = true;
            out.emplace_back(peer_note(NoteKind::PeerLost, peer));
        }
        ask(now, peer, health, out);
    }
    rearm();
}

void Heartbeats::ask(const Now& now,
                     const Ip6Address& peer,
                     PeerHealth& health,
                     Actions& out) const {
    // What was said at the start may be lost like the request that came after it.
    if (!health.answered && health.missed > 0) answer(peer, 0, /*unsolicited=*/true, out);
    health.asked = now.steady;
    health.next = now.steady + (health.answered ? interval_ : repeat_after(health.missed));
    ++health.sequence;
    ++health.missed;
    out.emplace_back(Send{.from = own_,
                          .to = peer,
                          .message = wire::Heartbeat{.sequence = health.sequence, .options = {}}});
}

Duration Heartbeats::repeat_after(unsigned missed) const {
    Duration after = kFirstRepeat;
    for (; missed > 0 && after < interval_; --missed)
        after *= 2;
    return std::min(after, interval_);
}

void Heartbeats::answer(const Ip6Address& to,
                        std::uint32_t sequence,
                        bool unsolicited,
                        Actions& out) const {
    out.emplace_back(
        Send{.from = own_,
             .to = to,
             .message = wire::Heartbeat{.unsolicited = unsolicited,
                                        .response = true,
                                        .sequence = sequence,
                                        .options = {wire::RestartCounter{*counter_}}}});
}

void Heartbeats::rearm() {
    next_.reset();
    if (interval_ == Duration{}) return;
    for (const auto& [peer, health] : peers_) {
        if (!health.mute) next_ = earlier(next_, health.next);
    }
}

}  // namespace dmm::core
