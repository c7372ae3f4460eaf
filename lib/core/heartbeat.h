// Peers that fall silent or start anew: the heartbeats of RFC 5847, the same at the CMD and at
// the MAARs. The restart counter tells a peer that lost its state from one that was only silent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/model/settings.h"
#include "lib/wire/message.h"

namespace dmm::core {

// The number of the run that begins at `wall`, not 0. RFC 5847 section 3.2 wants a counter that
// grows when state is lost; the time does, and needs no place to keep it. It counts milliseconds,
// since a daemon may begin twice in a second, and begins again after 49 days, which does not
// matter: peers ask whether it has changed.
[[nodiscard]] std::uint32_t run_at(WallTime wall);

struct PeerHealth {
    std::optional<std::uint32_t> restart_counter;  // as it told it last
    SteadyTime heard;                              // when it did
    SteadyTime next;                               // of our requests
    SteadyTime asked;                              // when the last one was sent
    std::uint32_t sequence = 0;                    // of the last one
    unsigned missed = 0;                           // requests without an answer
    bool answered = false;                         // any request, since we began
    bool lost = false;
    bool mute = false;  // it knows no heartbeats
};

class Heartbeats {
public:
    Heartbeats(const Ip6Address& own, const ProtocolSettings& protocol);

    // Tells every peer our own counter, so that one that knew an earlier run learns of it at
    // once, and begins to ask. Both are done again, after one second, two, four and so on up to the
    // interval, until the peer answers: it may not be there yet, or the message may be lost. Before
    // a start nothing is asked or answered.
    void start(const Now& now,
               std::uint32_t restart_counter,
               const std::vector<Ip6Address>& peers,
               Rng& rng,
               Actions& out);

    // Who is no peer any more is forgotten; a new one is greeted as at the start. Of one that stays
    // nothing changes but how often it is asked.
    void reconfigure(const Now& now,
                     const ProtocolSettings& protocol,
                     const std::vector<Ip6Address>& peers,
                     Rng& rng,
                     Actions& out);

    // The peer's state is gone, as far as it dates from before `since`. What is younger may be
    // gone as well, so what costs little is confirmed.
    struct Restart {
        SteadyTime since;
        bool first = false;  // no other run of it is known: it may not have begun anew at all
    };

    // Answers a request. Present: the sender has started anew, or its run is the first known.
    [[nodiscard]] std::optional<Restart> receive(const Now& now,
                                                 const Ip6Address& from,
                                                 const wire::Heartbeat& heartbeat,
                                                 Actions& out);

    // A peer did not understand a message. True if it was a heartbeat as far as one can tell: it
    // is asked no more (RFC 5847 section 3.1).
    [[nodiscard]] bool not_understood(const Ip6Address& from, Actions& out);

    // Asks those that are to be asked; notes those that did not answer
    // MISSING_HEARTBEATS_ALLOWED times.
    void tick(const Now& now, Actions& out);

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return next_; }

    [[nodiscard]] const std::map<Ip6Address, PeerHealth>& peers() const { return peers_; }

private:
    void greet(const Now& now, const std::vector<Ip6Address>& peers, Rng& rng, Actions& out);
    void ask(const Now& now, const Ip6Address& peer, PeerHealth& health, Actions& out) const;
    void answer(const Ip6Address& to, std::uint32_t sequence, bool unsolicited, Actions& out) const;
    [[nodiscard]] Duration repeat_after(unsigned missed) const;
    void rearm();

    Ip6Address own_;
    Duration interval_;
    unsigned allowed_;
    std::optional<std::uint32_t> counter_;
    std::map<Ip6Address, PeerHealth> peers_;
    std::optional<SteadyTime> next_;
};

}  // namespace dmm::core
