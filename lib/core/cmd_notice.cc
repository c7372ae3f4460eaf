// The CMD tells an S-MAAR that its list of P-MAARs is not true any more. RFC 8885 has no message
// for it; RFC 7077 does: Update Notification, FORCE-REREGISTRATION. The renewal that follows is
// answered with the complete list, and is all the acknowledgement that is needed.
#include "lib/core/cmd_engine.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// RFC 7077 section 7: MIN_DELAY_BETWEEN_UPN_RETRANSMIT's recommended value.
constexpr Duration kNoticeInterval = std::chrono::seconds(1);

}  // namespace

void CmdEngine::start_notice(const Now& now, CmdSession& session, Actions& out) {
    if (!std::holds_alternative<Bound>(session.state)) return;
    // Its next renewal tells it.
    if (noticeless_.contains(session.serving.maar)) return;
    session.notice = Notice{.sequence = session.next_sequence++, .tries = 0, .next = now.steady};
    repeat_notice(now, session, out);
}

void CmdEngine::repeat_notice(const Now& now, CmdSession& session, Actions& out) {
    if (!session.notice || session.notice->next > now.steady) return;
    if (noticeless_.contains(session.serving.maar)) {
        session.notice.reset();
        return;
    }
    noticed_.insert(session.serving.maar);
    Notice& notice = *session.notice;
    if (notice.tries == limits::kNoticeTries) {
        // Its next renewal tells it anyway.
        out.emplace_back(Note{NoteKind::NoAnswer,
                              {{"mn", to_text(session.mn)},
                               {"peer", to_text(session.serving.maar)},
                               {"tries", std::to_string(notice.tries)}}});
        session.notice.reset();
        return;
    }
    out.emplace_back(
        Send{.from = settings_.address,
             .to = session.serving.maar,
             .message = wire::UpdateNotification{.sequence = notice.sequence,
                                                 .reason = wire::upn_reason::kForceReregistration,
                                                 .acknowledge = false,
                                                 .retransmission = notice.tries > 0,
                                                 .options = {wire::MnIdentifier{session.mn}}}});
    ++notice.tries;
    notice.next = now.steady + kNoticeInterval;
}

}  // namespace dmm::core
