// One mobile node at one MAAR: RFC 8885 section 2. The MAAR anchors its own prefixes for the
// node from the first attachment on; whether it also serves the node is the state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/deadlines.h"
#include "lib/core/freshness.h"
#include "lib/core/registration.h"
#include "lib/core/transaction.h"
#include "lib/model/forwarding.h"
#include "lib/model/kernel_error.h"

namespace dmm::core {

// Where the node is on our access links.
struct Attachment {
    AccessLink link;
    LinkLayerAddress mac;
    Ip6Address link_local;  // :: while unknown
    friend bool operator==(const Attachment&, const Attachment&) = default;
};

// The repetition of Router Advertisements to one node.
struct AdvertSchedule {
    std::optional<SteadyTime> next;
    unsigned repeated = 0;      // since the last attachment
    bool own_due = false;       // waits for the kernel
    bool anchored_due = false;  // waits for the kernel
};

// Is the node still on its link? Asked before a PBU is repeated or renewed, and now and then
// while it is absent (no access network reports every departure).
// RFC 4861 section 10: RETRANS_TIMER.
inline constexpr Duration kProbeInterval = std::chrono::seconds(1);

struct Probing {
    SteadyTime next;
    unsigned sent = 0;
};

// The CMD has been told and has not answered yet. The forwarding of our own prefix is made
// meanwhile; nothing is promised to the node.
struct Registering {
    Transaction transaction;
    // The CMD moved the node elsewhere while our PBU was on its way. Either that came first,
    // and the answer to our PBU is near, or the node has left: no retransmission fights it.
    std::optional<Ip6Address> contested_by;
    SteadyTime contested_until;
    // What the node is to us should it be gone again: anchored for that S-MAAR, which counts
    // first; or served until then, as before; or nothing.
    std::optional<SteadyTime> served_until;
    std::optional<Ip6Address> anchored_for;
    std::optional<Probing> probing;
    // It solicited once more: it may have been away between our PBU and then.
    bool solicited_again = false;
    // As in Serving, which follows if nothing comes of this; or Previous, which has to tell then.
    bool untold = false;
};

// The node is ours: anchors and lifetimes are known.
struct Serving {
    SteadyTime expires_at;
    std::optional<Probing> probing;
    SteadyTime refresh_at;
    std::optional<Transaction> refresh;  // under way
    AdvertSchedule adverts;
    // The PBU that was answered: further answers to it add P-MAARs (RFC 8885 section 3.2).
    std::optional<Transaction> registered;
    // It solicited again, and the PBU that would say so was one too many: what is due at
    // `refresh_at` is a registration and no renewal, which takes no node back.
    bool unconfirmed = false;
    // It goes on from an earlier run, and the CMD has not confirmed it since: what it orders may
    // be older than an attachment that nobody saw.
    bool resumed = false;
    // The CMD has begun anew and has not answered since: it is told even if the node does not
    // answer, since nobody else tells it of the anchors.
    bool untold = false;
};

// The node is served by another MAAR; our prefixes go there through a tunnel.
struct Previous {
    Ip6Address serving;
    // RFC 8885 section 3.5, first solution: no lifetime runs here. A day without a word from
    // the CMD means that it has forgotten us.
    SteadyTime forget_at;
    // The kernel refused, though the CMD was told that the flows go there.
    std::optional<SteadyTime> retry_at;
    // It had only just registered here, so the order to send its flows elsewhere may be older
    // than that. If it answers until then, it is here.
    SteadyTime doubt_until;
    // The CMD has begun anew, and the S-MAAR may have too: then nobody but us knows that this
    // prefix is the node's. When to say so, and what was said.
    std::optional<SteadyTime> tell_at{};
    std::optional<Transaction> telling{};
};

// The PBU with lifetime 0 is on its way (RFC 5213 section 6.9.1.4).
struct Leaving {
    Transaction transaction;
};

// The CMD said no; the node is not served until then.
struct Refused {
    SteadyTime until;
    Status status;
};

using MaarState = std::variant<Registering, Serving, Previous, Leaving, Refused>;

// An answer that waits for the kernel: nothing is promised before its forwarding stands.
struct PendingReply {
    Revision revision;
    Ip6Address to;
    wire::ProxyBindingAck ack;
    SteadyTime asked_at;
};

// Whether packets of a remote anchor's prefixes pass, and the order to release them if none do.
struct AnchorUse {
    Ip6Address maar;
    SteadyTime due;  // when they count as idle; then, of the repetition
    std::optional<Transaction> release{};
};

struct MaarSession {
    MnId mn;
    Serial serial;
    Anchor own;
    Attachment attachment;  // the last one; stale in Previous
    bool absent = false;    // left the link as far as we know
    // When it last showed that it is here: what our PBUs are stamped with, so that of two MAARs
    // the one that saw it last has it. An answer to a probe shows it for the probe's time.
    WallTime seen;
    WallTime probed;
    MaarState state;
    std::vector<Anchor> anchors;  // remote ones, as the CMD listed them; newest first
    std::vector<AnchorUse> uses;  // of each of them, in any order; none without idle_release
    Accepted accepted;            // of the CMD's PBUs
    std::uint16_t next_sequence = 0;
    std::optional<PendingReply> reply;
    // The wish that the kernel was last given, and how far it has come.
    SessionForwarding wished;
    Revision wanted;
    Revision applied;
    std::optional<KernelError> error;  // of the last wish, until one succeeds
    SteadyTime since;                  // of the last change of state
    SteadyTime attached_at;
    // PBUs that solicitations have caused since then (MAX_UPDATE_RATE).
    SteadyTime confirmed_since;
    unsigned confirmed = 0;
};

// "registering", "serving", "previous", "leaving", "refused".
[[nodiscard]] std::string_view state_name(const MaarSession& session);
// The node is at this MAAR: Registering or Serving.
[[nodiscard]] bool is_here(const MaarSession& session);

}  // namespace dmm::core
