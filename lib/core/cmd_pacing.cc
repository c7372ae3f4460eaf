// The pace of the CMD's PBUs (RFC 8885 sections 3.6 and 6). One that may not leave yet is no
// message but a mark at its P-MAAR: what leaves in the end says what is true then, and a newer
// one has taken its place meanwhile.
#include <algorithm>

#include "lib/base/assert.h"
#include "lib/core/cmd_engine.h"

namespace dmm::core {
namespace {

UpdateRoute route_of(const CmdSession& session, const PreviousAnchor& previous) {
    return {.serial = session.serial, .to = previous.anchor.maar};
}

}  // namespace

void CmdEngine::send_paced(const Now& now,
                           CmdSession& session,
                           PreviousAnchor& previous,
                           Actions& out) {
    if (previous.place) return;
    const UpdateRoute route = route_of(session, previous);
    if (pacer_.take(now.steady, route)) {
        transmit(now, session, previous, out);
        return;
    }
    previous.place = pacer_.join(now.steady, route);
    out.emplace_back(Note{NoteKind::UpdateDelayed,
                          {{"mn", to_text(session.mn)}, {"peer", to_text(previous.anchor.maar)}}});
}

// The time to the next repetition counts from here, however long it has waited.
void CmdEngine::transmit(const Now& now,
                         CmdSession& session,
                         PreviousAnchor& previous,
                         Actions& out) {
    const std::uint16_t sequence = session.next_sequence++;
    auto& transaction = std::holds_alternative<Removing>(previous.state)
                            ? std::get<Removing>(previous.state).transaction
                            : std::get<Updating>(previous.state).transaction;
    if (transaction)
        transaction->retransmitted(now.steady, sequence, settings_.protocol);
    else
        transaction.emplace(now.steady, sequence, settings_.protocol);
    send_update(now, session, previous, sequence, out);
}

void CmdEngine::leave_queue(const Now& now, const CmdSession& session, PreviousAnchor& previous) {
    if (!previous.place) return;
    pacer_.leave(now.steady, route_of(session, previous), *previous.place);
    previous.place.reset();
}

void CmdEngine::send_waiting(const Now& now, Actions& out) {
    while (const auto route = pacer_.next_due(now.steady)) {
        CmdSession& session = sessions_.at(route->serial);
        const auto it = std::find_if(session.previous.begin(),
                                     session.previous.end(),
                                     [&](auto& p) { return p.anchor.maar == route->to; });
        DMM_ASSERT(it != session.previous.end() && it->place);
        it->place.reset();
        transmit(now, session, *it, out);
        settle(session);
    }
}

}  // namespace dmm::core
