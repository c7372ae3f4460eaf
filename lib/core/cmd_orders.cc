// What the administrator of a CMD may order, and an S-MAAR about idle anchors. RFC 8885 has
// nothing of it: a P-MAAR is told with lifetime 0 as at the end of a session (section 3.5), and
// the S-MAAR asks for the new list.
#include <algorithm>
#include <utility>

#include "lib/core/cmd_request.h"
#include "lib/core/mutant.h"

namespace dmm::core {

void CmdEngine::on(const Now& now, const RemoveAnchor& event, Actions& out) {
    const auto known = sessions_.find(event.mn);
    if (known == sessions_.end()) return;
    remove_anchor(now, known->second, event.maar, out);
    settle(known->second);
}

void CmdEngine::remove_anchor(const Now& now,
                              CmdSession& session,
                              const Ip6Address& maar,
                              Actions& out) {
    const auto it = std::find_if(session.previous.begin(), session.previous.end(), [&](auto& p) {
        return p.anchor.maar == maar;
    });
    if (it == session.previous.end() || std::holds_alternative<Removing>(it->state)) return;
    start_update(now, session, *it, /*removing=*/true, out);
    // A relay need not wait for it any more.
    hear_awaited(session, out);
    // It is not listed any more, though it has not answered yet.
    start_notice(now, session, out);
}

// The S-MAAR, which sees the packets, says that there are none. It needs no notice: it asked.
void CmdEngine::do_release(const Request& request, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    session.accepted = {.timestamp = request.registration.timestamp,
                        .sequence = request.pbu.sequence};
    const PreviousAnchor* named = find_released(session, request.registration);
    PreviousAnchor& released =
        session.previous[static_cast<std::size_t>(named - session.previous.data())];
    answer(request, session, Listing::None, /*lifetime=*/0, out);
    if (!std::holds_alternative<Removing>(released.state) && !mutated(Mutant::ReleaseUntold)) {
        start_update(request.now, session, released, /*removing=*/true, out);
        hear_awaited(session, out);
    }
    settle(session);
}

// The S-MAAR learns it as its P-MAARs do, and as they it counts until it has answered.
void CmdEngine::on(const Now& now, const EndSession& event, Actions& out) {
    const auto known = sessions_.find(event.mn);
    if (known != sessions_.end()) end_known(now, known->second, "administrator", out);
}

void CmdEngine::end_known(const Now& now, CmdSession& session, std::string_view by, Actions& out) {
    if (std::holds_alternative<Ending>(session.state)) return;
    if (std::holds_alternative<Bound>(session.state)) {
        out.emplace_back(
            Note{NoteKind::Deregistered, {{"mn", to_text(session.mn)}, {"by", std::string(by)}}});
        session.previous.push_back(
            {.anchor = std::exchange(session.serving, {}), .state = Settled{}});
    }
    end_session(now, session, out);
    settle(session);
}

}  // namespace dmm::core
