#include "lib/core/note.h"

#include <utility>

namespace dmm::core {

std::string_view Note::field(std::string_view key) const {
    for (const NoteField& f : fields) {
        if (f.key == key) return f.value;
    }
    return {};
}

std::string_view name_of(NoteKind kind) {
    switch (kind) {
        case NoteKind::Attached:
            return "attached";
        case NoteKind::Registered:
            return "registered";
        case NoteKind::Handover:
            return "handover";
        case NoteKind::Refreshed:
            return "refreshed";
        case NoteKind::Absent:
            return "absent";
        case NoteKind::Expired:
            return "expired";
        case NoteKind::Deregistered:
            return "deregistered";
        case NoteKind::AnchorDropped:
            return "anchor_dropped";
        case NoteKind::MessageRefused:
            return "message_refused";
        case NoteKind::MessageMalformed:
            return "message_malformed";
        case NoteKind::RegistrationRefused:
            return "registration_refused";
        case NoteKind::NoAnswer:
            return "no_answer";
        case NoteKind::ForwardingFailed:
            return "forwarding_failed";
        case NoteKind::NodeRefused:
            return "node_refused";
        case NoteKind::PeerLost:
            return "peer_lost";
        case NoteKind::PeerFound:
            return "peer_found";
        case NoteKind::PeerRestarted:
            return "peer_restarted";
        case NoteKind::Resumed:
            return "resumed";
        case NoteKind::NotResumed:
            return "not_resumed";
        case NoteKind::AnchorRestored:
            return "anchor_restored";
        case NoteKind::PeerLimited:
            return "peer_limited";
        case NoteKind::UpdateDelayed:
            return "update_delayed";
    }
    std::unreachable();
}

NoteLevel level_of(NoteKind kind) {
    switch (kind) {
        case NoteKind::Attached:
        case NoteKind::Registered:
        case NoteKind::Handover:
        case NoteKind::Refreshed:
        case NoteKind::Absent:
        case NoteKind::Expired:
        case NoteKind::Deregistered:
        case NoteKind::PeerFound:
        case NoteKind::Resumed:
        case NoteKind::AnchorRestored:
        case NoteKind::UpdateDelayed:
            return NoteLevel::Info;
        case NoteKind::AnchorDropped:
        case NoteKind::MessageRefused:
        case NoteKind::MessageMalformed:
        case NoteKind::NoAnswer:
        case NoteKind::NodeRefused:
        case NoteKind::PeerLost:
        case NoteKind::NotResumed:
        case NoteKind::PeerRestarted:
        case NoteKind::PeerLimited:
            return NoteLevel::Warning;
        case NoteKind::RegistrationRefused:
        case NoteKind::ForwardingFailed:
            return NoteLevel::Error;
    }
    std::unreachable();
}

Note refused_note(std::string_view reason, const Ip6Address& from, const std::optional<MnId>& mn) {
    Note note{NoteKind::MessageRefused, {{"reason", std::string(reason)}, {"from", to_text(from)}}};
    if (mn) note.fields.push_back({"mn", to_text(*mn)});
    return note;
}

}  // namespace dmm::core
