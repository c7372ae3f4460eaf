// What an S-MAAR knows of a node's other anchors, and the end of those that nobody uses. RFC 8885
// lets their prefixes follow the node until its session ends; here the S-MAAR, through which all
// their packets pass, has the CMD release those without traffic. The RFC has no message for it:
// a PBU with lifetime 0 that names a P-MAAR's prefixes instead of the sender's own.
#include <algorithm>

#include "lib/core/adverts.h"
#include "lib/core/maar_engine.h"
#include "lib/model/limits.h"

namespace dmm::core {

// Adds and refreshes the P-MAARs that the CMD lists; forgets the others only when the list is
// known to be complete.
void MaarEngine::take_anchors(const Now& now,
                              MaarSession& session,
                              const Registration& registration,
                              bool complete,
                              Actions& out) {
    std::vector<Anchor> listed;
    for (const Anchor& anchor : registration.previous) {
        if (anchor.maar == settings_.address) continue;
        if (!is_peer(settings_, anchor.maar)) {
            out.emplace_back(refused_note("unknown_peer", anchor.maar, session.mn));
            continue;
        }
        listed.push_back(anchor);
    }
    for (const Anchor& known : session.anchors) {
        const bool still = std::any_of(listed.begin(), listed.end(), [&](const Anchor& anchor) {
            return anchor.maar == known.maar;
        });
        if (still) continue;
        if (!complete) {
            listed.push_back(known);
            continue;
        }
        cease_anchor(session, known, "not_listed", out);
    }
    if (listed.size() > limits::kPreviousMaars) listed.resize(limits::kPreviousMaars);
    if (listed == session.anchors) return;
    session.anchors = std::move(listed);
    watch_anchors(now, session);
    if (auto* serving = std::get_if<Serving>(&session.state)) {
        serving->adverts.anchored_due = true;
    }
    want(session, out);
}

// Each remote anchor is watched from when it is first listed.
void MaarEngine::watch_anchors(const Now& now, MaarSession& session) const {
    if (settings_.idle_release == Duration{}) return;
    const auto is_listed = [&](const Ip6Address& maar) {
        return std::ranges::any_of(session.anchors,
                                   [&](const Anchor& anchor) { return anchor.maar == maar; });
    };
    std::erase_if(session.uses, [&](const AnchorUse& use) { return !is_listed(use.maar); });
    for (const Anchor& anchor : session.anchors) {
        const bool watched = std::ranges::any_of(
            session.uses, [&](const AnchorUse& use) { return use.maar == anchor.maar; });
        if (watched) continue;
        session.uses.push_back({.maar = anchor.maar, .due = now.steady + settings_.idle_release});
    }
}

void MaarEngine::on(const Now& now, const PrefixUsed& event, Actions& /*out*/) {
    MaarSession* session = find(event.mn);
    if (session == nullptr) return;
    for (const Anchor& anchor : session->anchors) {
        if (std::ranges::count(anchor.prefixes, event.prefix) == 0) continue;
        for (AnchorUse& use : session->uses) {
            // What the CMD was told already it may have done.
            if (use.maar != anchor.maar || use.release) continue;
            use.due = now.steady + settings_.idle_release;
        }
    }
    arm(*session);
}

void MaarEngine::release_idle(const Now& now, MaarSession& session, Actions& out) {
    for (AnchorUse& use : session.uses) {
        if (use.due > now.steady) continue;
        if (use.release && use.release->tries() == limits::kPbuTries) {
            out.emplace_back(Note{NoteKind::NoAnswer,
                                  {{"mn", to_text(session.mn)}, {"peer", to_text(settings_.cmd)}}});
            use.release.reset();
            use.due = now.steady + settings_.idle_release;
            continue;
        }
        const std::uint16_t sequence = session.next_sequence++;
        if (use.release)
            use.release->retransmitted(now.steady, sequence, settings_.protocol);
        else
            use.release = Transaction(now.steady, sequence, settings_.protocol);
        use.due = use.release->retransmit_at();
        const auto anchor = std::ranges::find(session.anchors, use.maar, &Anchor::maar);
        send_release(now, session, *anchor, sequence, out);
    }
}

void MaarEngine::send_release(const Now& now,
                              const MaarSession& session,
                              const Anchor& anchor,
                              std::uint16_t sequence,
                              Actions& out) const {
    const auto& mac = session.attachment.mac.octets();
    Registration r;
    r.mn = session.mn;
    r.prefixes = anchor.prefixes;
    r.handoff = wire::Handoff::NotChanged;
    r.access_technology = settings_.access_technology;
    r.link_layer_id = Bytes(mac.begin(), mac.end());
    r.timestamp = wire::Timestamp::of(now.wall);
    out.emplace_back(Send{.from = settings_.address,
                          .to = settings_.cmd,
                          .message = wire::ProxyBindingUpdate{.sequence = sequence,
                                                              .flags = wire::bu_flag::kDmmPbu,
                                                              .lifetime = 0,
                                                              .options = write_registration(r)}});
}

void MaarEngine::on_release_answer(const Now& now,
                                   MaarSession& session,
                                   const wire::ProxyBindingAck& pba,
                                   Actions& out) {
    const auto use = std::ranges::find_if(session.uses, [&](const AnchorUse& it) {
        return it.release && it.release->matches(pba.sequence);
    });
    if (is_accepted(pba.status)) {
        const auto anchor = std::ranges::find(session.anchors, use->maar, &Anchor::maar);
        cease_anchor(session, *anchor, "idle", out);
        session.anchors.erase(anchor);
        session.uses.erase(use);
        want(session, out);
        return;
    }
    // The CMD knows it no more, or never did such a thing: a list that is complete says so.
    use->release.reset();
    use->due = now.steady + settings_.idle_release;
    if (!std::get<Serving>(session.state).refresh) start_refresh(now, session, out);
}

// The node is told that this router is none any more, while there still is a DLIF to say so.
void MaarEngine::cease_anchor(const MaarSession& session,
                              const Anchor& anchor,
                              std::string_view reason,
                              Actions& out) const {
    advertise(session, anchor, ceasing_advert(anchor, settings_), out);
    out.emplace_back(Note{NoteKind::AnchorDropped,
                          {{"mn", to_text(session.mn)},
                           {"maar", to_text(anchor.maar)},
                           {"reason", std::string(reason)}}});
}

}  // namespace dmm::core
