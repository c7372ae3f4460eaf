// A MAAR that goes on after a crash of the agent: what it knew comes back as records, the
// forwarding still stands in the kernel. What was under way is asked for anew; nothing is
// promised again before it is known to hold.
#include <algorithm>
#include <utility>

#include "lib/core/maar_engine.h"
#include "lib/model/limits.h"

namespace dmm::core {

void MaarEngine::on(const Now& now, const SessionResumed& event, Actions& out) {
    const auto record = parse_maar_record(event.record);
    if (!record) {
        out.emplace_back(Note{NoteKind::NotResumed, {{"reason", "not_understood"}}});
        return;
    }
    const std::string_view reason = unfit(*record);
    if (!reason.empty()) {
        out.emplace_back(Note{NoteKind::NotResumed,
                              {{"mn", to_text(record->mn)}, {"reason", std::string(reason)}}});
        return;
    }
    resume(now, *record, out);
}

// The configuration may be another since.
std::string_view MaarEngine::unfit(const MaarRecord& record) const {
    if (sessions_.size() >= limits::kMaarSessions) return "too_many_sessions";
    if (sessions_.contains(record.mn)) return "resumed_twice";
    const bool previous = record.state == MaarRecord::State::Previous;
    const auto& links = settings_.access_links;
    if (!previous && std::ranges::count(links, record.attachment.link) == 0) return "unknown_link";
    if (previous && !record.serving) return "not_understood";
    if (record.serving && !is_peer(settings_, *record.serving)) return "unknown_peer";
    const bool known = std::ranges::all_of(
        record.anchors, [&](const Anchor& anchor) { return is_peer(settings_, anchor.maar); });
    return known ? "" : "unknown_peer";
}

void MaarEngine::resume(const Now& now, const MaarRecord& record, Actions& out) {
    for (auto prefix = record.prefixes.begin(); prefix != record.prefixes.end(); ++prefix) {
        if (pool_.take(now.steady, *prefix)) continue;
        for (auto taken = record.prefixes.begin(); taken != prefix; ++taken)
            pool_.release(now.steady, *taken, record.mn);
        out.emplace_back(
            Note{NoteKind::NotResumed, {{"mn", to_text(record.mn)}, {"reason", "foreign_prefix"}}});
        return;
    }
    MaarSession& session = add_session(now, record.mn, record.attachment, record.prefixes);
    session.absent = record.absent;
    session.accepted.timestamp = record.accepted;
    session.next_sequence = record.next_sequence;
    session.anchors = record.anchors;
    watch_anchors(now, session);
    switch (record.state) {
        case MaarRecord::State::Previous:
            enter(now,
                  session,
                  Previous{.serving = *record.serving,
                           .forget_at = record.until,
                           .retry_at = std::nullopt,
                           .doubt_until = {}});
            tell_later(now, std::get<Previous>(session.state));
            break;
        case MaarRecord::State::Serving: {
            // The answer to a renewal says what has changed meanwhile; the CMD may have begun anew.
            Serving serving{.expires_at = record.until,
                            .probing = std::nullopt,
                            .refresh_at = soon(now),
                            .refresh = std::nullopt,
                            .adverts = {},
                            .registered = std::nullopt,
                            .unconfirmed = false,
                            .resumed = true,
                            .untold = true};
            if (session.absent) serving.probing = Probing{.next = now.steady, .sent = 0};
            schedule_advert(now, serving);
            enter(now, session, std::move(serving));
            break;
        }
        case MaarRecord::State::Registering: {
            // Was its PBU sent, and answered? The node is asked, then the CMD.
            const bool served = record.until > SteadyTime{};
            const std::uint16_t sequence = session.next_sequence++;
            enter(now,
                  session,
                  Registering{.transaction = Transaction(now.steady, sequence, settings_.protocol),
                              .contested_by = std::nullopt,
                              .contested_until = {},
                              .served_until = served ? std::optional(record.until) : std::nullopt,
                              .anchored_for = record.serving,
                              .probing = Probing{.next = now.steady, .sent = 0},
                              .solicited_again = false,
                              .untold = true});
            break;
        }
    }
    out.emplace_back(
        Note{NoteKind::Resumed,
             {{"mn", to_text(session.mn)}, {"state", std::string(state_name(session))}}});
    want(session, out);
    arm(session);
}

}  // namespace dmm::core
