// Everything worth telling a person, as values with a stable name. Engines never log; the
// agent turns notes into log lines, counters and live traces.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ip.h"
#include "lib/model/mobile_node.h"

namespace dmm::core {

enum class NoteKind : std::uint8_t {
    Attached,             // a node was noticed and its registration begun
    Registered,           // the first registration of a node was accepted
    Handover,             // a node came from another MAAR (CMD, S-MAAR) or left to one (P-MAAR)
    Refreshed,            // a registration was renewed
    Absent,               // a node left the link; its session goes on
    Expired,              // a lifetime ended
    Deregistered,         // a session ended
    AnchorDropped,        // a P-MAAR was given up
    MessageRefused,       // a well-formed message that we do not follow; "reason" says why
    MessageMalformed,     // "reason" is the wire fault
    RegistrationRefused,  // a PBA with status >= 128
    NoAnswer,             // retransmissions were given up
    ForwardingFailed,     // the kernel refused
    NodeRefused,          // an unknown or excess node was not served
    PeerLost,             // a peer has not answered for some heartbeats
    PeerFound,            // it answers again
    PeerRestarted,        // a peer began anew, without what it knew
    Resumed,              // a session goes on where an earlier run of the agent left it
    NotResumed,           // it cannot; "reason" says why
    AnchorRestored,       // this MAAR anchors again what an earlier run of it did
    PeerLimited,          // a peer does not understand a kind of message; it is not sent again
    UpdateDelayed,        // a PBU to a P-MAAR waits for its turn
};

enum class NoteLevel : std::uint8_t { Info, Warning, Error };

struct NoteField {
    std::string key;
    std::string value;
    friend auto operator<=>(const NoteField&, const NoteField&) = default;
};

struct Note {
    NoteKind kind = NoteKind::Attached;
    std::vector<NoteField> fields;  // in the order in which they are shown

    [[nodiscard]] std::string_view field(std::string_view key) const;  // "" if absent
    friend auto operator<=>(const Note&, const Note&) = default;
};

// "handover" and the like: stable, lower case, for logs, counters and scenario files.
[[nodiscard]] std::string_view name_of(NoteKind kind);
[[nodiscard]] NoteLevel level_of(NoteKind kind);

// A well-formed message that is not followed, with the stable reason that counters use.
[[nodiscard]] Note refused_note(std::string_view reason,
                                const Ip6Address& from,
                                const std::optional<MnId>& mn);

}  // namespace dmm::core
