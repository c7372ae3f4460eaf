// One mobile node at the CMD: the Binding Cache entry of RFC 8885 section 3, with its list
// of P-MAARs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/deadlines.h"
#include "lib/core/freshness.h"
#include "lib/core/pacer.h"
#include "lib/core/registration.h"
#include "lib/core/transaction.h"

namespace dmm::core {

// A PBU to a P-MAAR that is not answered yet.
struct Updating {
    std::optional<Transaction> transaction;  // absent until it has been sent
};

// A PBU with lifetime 0 to a P-MAAR that is not answered yet; the anchor is not listed to
// the S-MAAR any more.
struct Removing {
    std::optional<Transaction> transaction;  // absent until it has been sent
};

// The P-MAAR has confirmed where the node is.
struct Settled {};

struct PreviousAnchor {
    Anchor anchor;
    std::variant<Settled, Updating, Removing> state;
    std::optional<Place> place{};  // its PBU, or the repetition of it, waits for its turn
};

// An Update Notification that the S-MAAR has not followed yet.
struct Notice {
    std::uint16_t sequence = 0;
    unsigned tries = 0;
    SteadyTime next;
};

// Relay mode: the S-MAAR's PBU, while P-MAARs have not answered theirs. Its options are
// CmdSession::last.
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

struct CmdSession {
    MnId mn;
    Serial serial;
    std::variant<Bound, Closing, Ending> state;
    Anchor serving;  // its address is the Proxy-CoA; no prefixes while Closing or Ending
    std::vector<PreviousAnchor> previous;  // the oldest first
    Registration last;                     // the S-MAAR's last PBU: what PBUs to P-MAARs repeat
    std::uint16_t lifetime = 0;            // granted, units of 4 s
    Accepted accepted;
    std::uint16_t next_sequence = 0;
    std::optional<Notice> notice;    // only while Bound
    std::optional<Awaited> awaited;  // only while Bound
    SteadyTime heard;                // when the S-MAAR's last PBU was accepted
    SteadyTime since;                // of the last change of the S-MAAR or of `state`
};

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
