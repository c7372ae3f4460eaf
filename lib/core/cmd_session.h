// One mobile node at the CMD: the Binding Cache entry of RFC 8885 section 3, with its list
// of P-MAARs. There may be a million, most of them idle: what an idle one does not need takes no
// more than a pointer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/freshness.h"
#include "lib/core/pacer.h"
#include "lib/core/prefix_list.h"
#include "lib/core/rare.h"
#include "lib/core/registration.h"
#include "lib/core/serial.h"
#include "lib/core/short_octets.h"
#include "lib/core/stored_mn_id.h"
#include "lib/core/transaction.h"

namespace dmm::core {

// A PBU to a P-MAAR that is not answered yet.
struct Updating {
    Rare<Transaction> transaction;  // absent until it has been sent
};

// A PBU with lifetime 0 to a P-MAAR that is not answered yet; the anchor is not listed to
// the S-MAAR any more.
struct Removing {
    Rare<Transaction> transaction;  // absent until it has been sent
};

// The P-MAAR has confirmed where the node is.
struct Settled {};

// An Anchor as a session keeps it.
struct StoredAnchor {
    Ip6Address maar;
    std::optional<DlifIdentity> dlif;
    PrefixList prefixes;
    Rare<std::vector<Prefix>> local_prefixes;
};

[[nodiscard]] StoredAnchor stored(const Anchor& anchor);
[[nodiscard]] Anchor anchor_of(const StoredAnchor& stored);

struct PreviousAnchor {
    StoredAnchor anchor;
    std::variant<Settled, Updating, Removing> state;
    Rare<Place> place{};  // its PBU, or the repetition of it, waits for its turn
};

// An Update Notification that the S-MAAR has not followed yet.
struct Notice {
    std::uint16_t sequence = 0;
    unsigned tries = 0;
    SteadyTime next;
};

// Relay mode: the S-MAAR's PBU, while P-MAARs have not answered theirs. Its options are those of
// last_registration().
struct Awaited {
    Ip6Address from;
    Ip6Address to;
    std::uint16_t sequence = 0;
    // When a partial list goes out; absent when it has, and each further answer goes out at once.
    std::optional<SteadyTime> deadline;
};

// The node is registered until `expires_at`.
struct Bound {
    SteadyTime expires_at;
};

// The S-MAAR has de-registered the node; the entry stays for MinDelayBeforeBCEDelete, so
// that a registration that was overtaken still finds it (RFC 5213 section 5.3.5). Or it has
// begun anew and knows the node no more; the entry stays as long as it was granted.
struct Closing {
    SteadyTime delete_at;
};

// The P-MAARs are being told that the session is over.
struct Ending {};

// What of the S-MAAR's last PBU is said again, and is not kept elsewhere in the session.
struct LastUpdate {
    struct Others {
        std::optional<Ip6Address> serving;
        std::optional<Ip6Address> care_of;
        std::optional<Ip6Address> link_local_address;
    };

    Rare<Others> others;
    ShortOctets<16> link_layer_id;
    std::optional<wire::Handoff> handoff;
    std::optional<std::uint8_t> access_technology;
};

[[nodiscard]] LastUpdate last_update(const Registration& registration);

struct CmdSession {
    StoredMnId mn;
    Serial serial;
    std::variant<Bound, Closing, Ending> state;
    StoredAnchor serving;  // its address is the Proxy-CoA; no prefixes while Closing or Ending
    std::vector<PreviousAnchor> previous;  // the oldest first
    Accepted accepted;
    // The S-MAAR's: what PBUs to P-MAARs repeat. The two numbers stand in its padding.
    [[no_unique_address]] LastUpdate last;
    std::uint16_t lifetime = 0;  // granted, units of 4 s
    std::uint16_t next_sequence = 0;
    Rare<Notice> notice;    // only while Bound
    Rare<Awaited> awaited;  // only while Bound
    SteadyTime heard;       // when the S-MAAR's last PBU was accepted
    SteadyTime since;       // of the last change of the S-MAAR or of `state`
};

// The S-MAAR's last PBU without its anchors: whole while Bound, and later without the prefixes.
[[nodiscard]] Registration last_registration(const CmdSession& session);

// The PBU to a P-MAAR that has been sent and is not answered yet, or nullptr.
template <typename Previous>
auto pending(Previous& previous) -> decltype(&*std::get<Updating>(previous.state).transaction) {
    auto* updating = std::get_if<Updating>(&previous.state);
    if (updating != nullptr && updating->transaction) return &*updating->transaction;
    auto* removing = std::get_if<Removing>(&previous.state);
    if (removing != nullptr && removing->transaction) return &*removing->transaction;
    return nullptr;
}

// "bound", "closing", "ending".
[[nodiscard]] std::string_view state_name(const CmdSession& session);
// "settled", "updating", "removing".
[[nodiscard]] std::string_view state_name(const PreviousAnchor& previous);

}  // namespace dmm::core
