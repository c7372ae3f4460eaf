// What the CMD does about MAARs that begin anew, and how it learns again what it knew before it
// began anew itself. RFC 5847; RFC 8885 says nothing of either.
#include <algorithm>
#include <utility>

#include "lib/core/cmd_request.h"

namespace dmm::core {

void CmdEngine::on(const Now& now, const Started& event, Actions& out) {
    started_ = now.steady;
    std::vector<Ip6Address> peers;
    for (const MaarPeer& maar : settings_.maars)
        peers.push_back(maar.address);
    heartbeats_.start(now, event.restart_counter, peers, rng_, out);
}

void CmdEngine::on_heartbeat(const Now& now,
                             const Ip6Address& from,
                             const wire::Heartbeat& heartbeat,
                             Actions& out) {
    const auto restart = heartbeats_.receive(now, from, heartbeat, out);
    if (restart) on_restarted(now, from, restart->since, out);
}

// RFC 6275 section 9.3.3 does not let it say which message it did not understand. Of what this
// node sends, RFC 5847's heartbeats and RFC 7077's notifications may be unknown to a peer.
void CmdEngine::on_binding_error(const Ip6Address& from,
                                 const wire::BindingError& error,
                                 Actions& out) {
    const bool unknown_type = error.status == wire::be_status::kUnknownType;
    if (unknown_type && heartbeats_.not_understood(from, out)) return;
    if (unknown_type && noticed_.contains(from) && noticeless_.insert(from).second) {
        out.emplace_back(Note{NoteKind::PeerLimited,
                              {{"peer", to_text(from)}, {"lacks", "update_notification"}}});
        return;
    }
    out.emplace_back(refused_note("binding_error", from, std::nullopt));
}

// Where it served, it serves no more; where it anchored, it is asked to do so again.
void CmdEngine::on_restarted(const Now& now,
                             const Ip6Address& maar,
                             SteadyTime since,
                             Actions& out) {
    for (CmdSession* known : sessions_.in_order()) {
        CmdSession& session = *known;
        const bool bound = std::holds_alternative<Bound>(session.state);
        if (bound && session.serving.maar == maar && session.heard <= since) {
            lose_serving(now, session);
        }
        for (PreviousAnchor& previous : session.previous) {
            if (!bound || previous.anchor.maar != maar) continue;
            if (std::holds_alternative<Settled>(previous.state)) {
                start_update(now, session, previous, /*removing=*/false, out);
            }
        }
        settle(session);
    }
}

void CmdEngine::lose_serving(const Now& now, CmdSession& session) {
    owners_.release(session.serving.prefixes, slot_of(session.serial));
    session.serving.prefixes.clear();
    session.notice.reset();
    session.awaited.reset();
    session.state = Closing{.delete_at = std::get<Bound>(session.state).expires_at};
    // Where the flows went, nobody is; there is no more to say until the node appears.
    for (PreviousAnchor& previous : session.previous) {
        if (!std::holds_alternative<Updating>(previous.state)) continue;
        previous.state = Settled{};
        leave_queue(now, session, previous);
    }
}

bool CmdEngine::is_young(const Now& now) const {
    return started_ && now.steady - *started_ < settings_.protocol.lifetime;
}

// The S-MAAR has them from an earlier run of this CMD. Each of them hears where the node is, so one
// that disagrees is found at once.
void CmdEngine::adopt_previous(CmdSession& session, const Request& request, Actions& out) {
    recall_previous(session, request, out);
    limit_previous(request.now, session, out);
    for (PreviousAnchor& previous : session.previous) {
        if (!std::holds_alternative<Settled>(previous.state)) continue;
        start_update(request.now, session, previous, /*removing=*/false, out);
    }
}

// A MAAR names the newest first, here the oldest is; and what it names was there before what has
// come since.
void CmdEngine::recall_previous(CmdSession& session, const Request& request, Actions& out) {
    const auto known_before = static_cast<std::ptrdiff_t>(session.previous.size());
    const auto& told = request.registration.previous;
    for (auto anchor = told.rbegin(); anchor != told.rend(); ++anchor) {
        const bool listed =
            anchor->maar == request.proxy_coa || anchor->maar == session.serving.maar ||
            std::any_of(session.previous.begin(), session.previous.end(), [&](auto& p) {
                return p.anchor.maar == anchor->maar;
            });
        const bool known = std::ranges::all_of(anchor->prefixes, [&](const Prefix& p) {
            return owners_.owner(p) == std::optional(slot_of(session.serial));
        });
        if (listed && known) continue;
        const bool free = std::none_of(anchor->prefixes.begin(),
                                       anchor->prefixes.end(),
                                       [&](auto& p) { return owners_.owner(p).has_value(); });
        const bool good = !listed && free && may_anchor(session, anchor->maar, anchor->prefixes);
        if (!good) {
            out.emplace_back(refused_note("foreign_anchor", request.event.from, session.mn));
            continue;
        }
        owners_.claim(anchor->prefixes, slot_of(session.serial));
        session.previous.push_back({.anchor = stored(*anchor), .state = Settled{}});
    }
    std::rotate(
        session.previous.begin(), session.previous.begin() + known_before, session.previous.end());
}

// A CMD that began anew while the node moved: its new S-MAAR knows no anchors, and came before the
// one that does. What that one renews is no registration, but it tells of its own prefixes and
// those of others. Where the new S-MAAR began anew as well, only the P-MAARs know, and ask. Later,
// who is not listed has been removed.
void CmdEngine::learn(const Request& request, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    const bool listed = std::ranges::any_of(
        session.previous, [&](auto& p) { return p.anchor.maar == request.proxy_coa; });
    if (!is_young(request.now) || listed || !std::holds_alternative<Bound>(session.state)) return;
    const Registration& r = request.registration;
    session.previous.push_back({.anchor = stored({.maar = request.proxy_coa,
                                                  .prefixes = r.prefixes,
                                                  .dlif = r.dlif,
                                                  .local_prefixes = r.local_prefixes}),
                                .state = Settled{}});
    owners_.claim(session.previous.back().anchor.prefixes, slot_of(session.serial));
    adopt_previous(session, request, out);
    start_notice(request.now, session, out);
    settle(session);
}

}  // namespace dmm::core
