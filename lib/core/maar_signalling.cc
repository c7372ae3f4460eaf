// A MAAR's side of the signalling: PBUs to the CMD and their answers, PBUs of the CMD and
// our answers. RFC 8885 sections 3.1, 3.4 to 3.6, RFC 5213 section 6.9.1.
#include <algorithm>
#include <string>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/adverts.h"
#include "lib/core/maar_engine.h"
#include "lib/core/mutant.h"
#include "lib/core/plan.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// How long a node that the CMD refused is not tried again.
constexpr Duration kRefusedFor = std::chrono::seconds(60);
// RFC 5213 section 6.9.1.2: until an administrator acts, but nothing is kept for ever.
constexpr Duration kDeniedFor = std::chrono::hours(24);
// RFC 8127 section 4.1: the latest renewal before the end of a lifetime.
constexpr Duration kRenewalMargin = std::chrono::seconds(40);

// Messages that cross are not further apart than this.
constexpr Duration kDoubt = std::chrono::seconds(1);

// At three quarters of the lifetime, and where it is long, not later than the margin.
Duration renewal_after(Duration lifetime) {
    const Duration quarter = lifetime / 4;
    return lifetime - std::max(quarter, std::min(kRenewalMargin, lifetime / 2));
}

wire::ProxyBindingAck reply_to(const wire::ProxyBindingUpdate& pbu,
                               const Registration& registration,
                               Status status,
                               WallTime now) {
    Registration r = registration;
    r.care_of.reset();
    r.previous.clear();
    // RFC 5213 section 5.3.6: what was missing is there as zero.
    if (r.prefixes.empty()) r.prefixes.emplace_back();
    if (!r.handoff) r.handoff = wire::Handoff::Reserved;
    if (!r.access_technology) r.access_technology = 0;
    const bool clock_fault =
        status == Status::TimestampMismatch || status == Status::TimestampLowerThanPrevAccepted;
    if (clock_fault) r.timestamp = wire::Timestamp::of(now);
    const bool dmm = (pbu.flags & wire::bu_flag::kD) != 0;
    return {.status = status,
            .flags = dmm ? wire::ba_flag::kDmmPba : wire::ba_flag::kP,
            .sequence = pbu.sequence,
            .lifetime = is_accepted(status) ? pbu.lifetime : std::uint16_t{0},
            .options = write_registration(r)};
}

}  // namespace

struct MaarEngine::Update {
    const MessageReceived& event;
    const wire::ProxyBindingUpdate& pbu;
    const Registration& registration;
};

void MaarEngine::on(const Now& now, const MessageReceived& event, Actions& out) {
    if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&event.message)) {
        on_pbu(now, event, *pbu, out);
    } else if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&event.message)) {
        on_pba(now, event, *pba, out);
    } else if (const auto* notice = std::get_if<wire::UpdateNotification>(&event.message)) {
        on_notice(now, event, *notice, out);
    } else if (const auto* heartbeat = std::get_if<wire::Heartbeat>(&event.message)) {
        on_heartbeat(now, event.from, *heartbeat, out);
    } else if (const auto* error = std::get_if<wire::BindingError>(&event.message)) {
        // Nothing else that this node sends may be unknown to a CMD.
        const bool unknown_type = error->status == wire::be_status::kUnknownType;
        if (unknown_type && heartbeats_.not_understood(event.from, out)) return;
        out.emplace_back(refused_note("binding_error", event.from, std::nullopt));
    } else {
        out.emplace_back(refused_note("unexpected_message", event.from, std::nullopt));
    }
}

void MaarEngine::on_pbu(const Now& now,
                        const MessageReceived& event,
                        const wire::ProxyBindingUpdate& pbu,
                        Actions& out) {
    auto registration = read_registration(wire::effective_options(event.message));
    if (!registration) {
        out.emplace_back(refused_note(registration.error(), event.from, std::nullopt));
        return;
    }
    MaarSession* session = registration->mn ? find(*registration->mn) : nullptr;
    const UpdateJudgement judgement =
        judge_update(pbu, *registration, event.from, session, settings_, now.wall);
    if (!judgement.reason.empty()) {
        out.emplace_back(refused_note(judgement.reason, event.from, registration->mn));
    }
    const Update update{.event = event, .pbu = pbu, .registration = *registration};
    switch (judgement.verdict) {
        case UpdateVerdict::Ignore:
            return;
        case UpdateVerdict::Refuse:
            answer(now, session, update, judgement.status, out);
            return;
        case UpdateVerdict::Restore:
            session = restore(now, *registration, out);
            if (session == nullptr) {
                answer(now, session, update, Status::NotLmaForThisMobileNode, out);
                return;
            }
            break;
        case UpdateVerdict::Redirect:
        case UpdateVerdict::Stay:
        case UpdateVerdict::Remove:
            break;
    }
    session->accepted = {.timestamp = registration->timestamp, .sequence = pbu.sequence};
    if (judgement.verdict == UpdateVerdict::Stay) {
        contest(now, *session, *registration->serving, out);
        registration->prefixes = session->own.prefixes;
        answer(now, session, update, Status::Accepted, out);
    } else if (judgement.verdict == UpdateVerdict::Remove) {
        answer(now, session, update, Status::Accepted, out);
        if (remove_unless_here(now, *session, out)) return;
    } else {
        redirect(now, *session, update, out);
        // The CMD knows.
        if (auto* previous = std::get_if<Previous>(&session->state)) {
            previous->tell_at.reset();
            previous->telling.reset();
        }
    }
    arm(*session);
}

void MaarEngine::answer(const Now& now,
                        const MaarSession* session,
                        const Update& update,
                        Status status,
                        Actions& out) const {
    wire::ProxyBindingAck pba = reply_to(update.pbu, update.registration, status, now.wall);
    // RFC 6275 section 9.5.1: the number after which the sender is to go on.
    if (status == Status::SequenceNumberOutOfWindow)
        pba.sequence = session->accepted.sequence.value_or(update.pbu.sequence);
    out.emplace_back(
        Send{.from = settings_.address, .to = update.event.from, .message = std::move(pba)});
}

bool MaarEngine::remove_unless_here(const Now& now, MaarSession& session, Actions& out) {
    // Our own registration is newer than this order if it is still on its way.
    if (std::holds_alternative<Registering>(session.state)) return false;
    if (has_just_registered(now, session) && probe(now, session, out)) {
        register_if_heard(now, session);
        return false;
    }
    out.emplace_back(Note{NoteKind::Deregistered, {{"mn", to_text(session.mn)}}});
    cease(session, out);
    remove_session(now, session, out);
    return true;
}

// A node that is still on the link shall not go on with addresses that lead nowhere.
void MaarEngine::cease(const MaarSession& session, Actions& out) const {
    if (!std::holds_alternative<Serving>(session.state) || session.absent) return;
    for (const Anchor& anchor : session.anchors)
        advertise(session, anchor, ceasing_advert(anchor, settings_), out);
    advertise(session, session.own, ceasing_advert(session.own, settings_), out);
}

// Who came first, this registration or the one that the CMD tells of? The node knows.
void MaarEngine::contest(const Now& now,
                         MaarSession& session,
                         const Ip6Address& serving,
                         Actions& out) const {
    auto& registering = std::get<Registering>(session.state);
    registering.contested_by = serving;
    // If nothing comes of our PBU, this is what the CMD knows.
    registering.anchored_for = serving;
    registering.contested_until = now.steady + settings_.protocol.initial_bindack_timeout;
    (void)probe(now, session, out);
}

bool MaarEngine::has_just_registered(const Now& now, const MaarSession& session) {
    const auto* serving = std::get_if<Serving>(&session.state);
    if (serving == nullptr || session.absent) return false;
    return serving->resumed || now.steady - session.since < kDoubt;
}

// The order may be older than the registration; then this tells the CMD so.
void MaarEngine::register_if_heard(const Now& now, MaarSession& session) {
    auto& serving = std::get<Serving>(session.state);
    serving.unconfirmed = true;
    serving.refresh_at = now.steady;
    serving.probing = Probing{.next = now.steady + kProbeInterval, .sent = 1};
}

bool MaarEngine::is_contested(const MaarSession& session) {
    const auto* registering = std::get_if<Registering>(&session.state);
    return registering != nullptr && registering->contested_by &&
           session.attachment.link_local.is_link_local();
}

// RFC 8885 section 3.2(3): forwarding first, the PBA when it stands.
void MaarEngine::redirect(const Now& now,
                          MaarSession& session,
                          const Update& update,
                          Actions& out) {
    const bool doubtful = has_just_registered(now, session);
    enter_previous(now, session, *update.registration.serving);
    if (doubtful && probe(now, session, out)) {
        std::get<Previous>(session.state).doubt_until = now.steady + kDoubt;
    }
    Registration echo = update.registration;
    echo.prefixes = session.own.prefixes;
    // RFC 8885 sections 4.7 and 4.8: how the node knows this anchor.
    echo.dlif = session.own.dlif;
    echo.local_prefixes = session.own.local_prefixes;
    want(session, out);
    session.reply = PendingReply{.revision = session.wanted,
                                 .to = update.event.from,
                                 .ack = reply_to(update.pbu, echo, Status::Accepted, now.wall),
                                 .asked_at = now.steady};
    if (session.applied == session.wanted || mutated(Mutant::EarlyPba)) {
        send_reply(session, out);
    }
}

// RFC 8885 section 3.3: a locator only tells where the node is; the S-MAAR hears from us.
void MaarEngine::send_reply(MaarSession& session, Actions& out) {
    const PendingReply& reply = *session.reply;
    out.emplace_back(Send{.from = settings_.address, .to = reply.to, .message = reply.ack});
    const auto* previous = std::get_if<Previous>(&session.state);
    if (settings_.protocol.mode == DomainMode::Locator && previous != nullptr &&
        is_accepted(reply.ack.status)) {
        out.emplace_back(
            Send{.from = settings_.address, .to = previous->serving, .message = reply.ack});
    }
    session.reply.reset();
}

void MaarEngine::on_pba(const Now& now,
                        const MessageReceived& event,
                        const wire::ProxyBindingAck& pba,
                        Actions& out) {
    const auto registration = read_registration(wire::effective_options(event.message));
    if (!registration) {
        out.emplace_back(refused_note(registration.error(), event.from, std::nullopt));
        return;
    }
    MaarSession* session = registration->mn ? find(*registration->mn) : nullptr;
    const AckJudgement judgement = judge_ack(pba, *registration, event.from, session, settings_);
    auto* previous = session != nullptr ? std::get_if<Previous>(&session->state) : nullptr;
    if (previous != nullptr && previous->telling && judgement.verdict != AckVerdict::Ignore) {
        previous->telling.reset();
        arm(*session);
        return;
    }
    if (!judgement.reason.empty()) {
        out.emplace_back(refused_note(judgement.reason, event.from, registration->mn));
    }
    switch (judgement.verdict) {
        case AckVerdict::Ignore:
        case AckVerdict::Wait:
            return;
        case AckVerdict::Accept:
            // Sent before or after the order that is in its way? The node is being asked.
            if (is_contested(*session)) return;
            if (std::holds_alternative<Leaving>(session->state)) {
                out.emplace_back(Note{NoteKind::Deregistered, {{"mn", to_text(session->mn)}}});
                remove_session(now, *session, out);
                return;
            }
            accepted(now, *session, pba, *registration, out);
            break;
        case AckVerdict::Add:
            take_anchors(now, *session, *registration, /*complete=*/false, out);
            break;
        case AckVerdict::Released:
            on_release_answer(now, *session, pba, out);
            break;
        case AckVerdict::AddSender: {
            Registration answer;
            answer.previous = {{.maar = event.from,
                                .prefixes = registration->prefixes,
                                .dlif = registration->dlif,
                                .local_prefixes = registration->local_prefixes}};
            take_anchors(now, *session, answer, /*complete=*/false, out);
            break;
        }
        case AckVerdict::Resend:
            ask_and_resend(now, *session, out);
            break;
        case AckVerdict::Renumber:
            session->next_sequence = static_cast<std::uint16_t>(pba.sequence + 1);
            ask_and_resend(now, *session, out);
            break;
        case AckVerdict::OtherPrefix:
            other_prefix(now, *session, out);
            break;
        case AckVerdict::GiveUp:
            if (std::holds_alternative<Leaving>(session->state)) {
                remove_session(now, *session, out);
                return;
            }
            // RFC 8885 section 4.2: a database without DMM has taken a registration that is none.
            if (is_accepted(pba.status)) start_leaving(now, *session, out);
            refused(now, *session, pba.status, out);
            break;
    }
    arm(*session);
}

void MaarEngine::accepted(const Now& now,
                          MaarSession& session,
                          const wire::ProxyBindingAck& pba,
                          const Registration& registration,
                          Actions& out) {
    // What was sent and when, before the state that knows it goes.
    const SteadyTime sent_at = pending_pbu(session)->sent_at();
    const Duration lifetime = wire::lifetime_seconds(pba.lifetime);
    auto* serving = std::get_if<Serving>(&session.state);
    if (pba.lifetime == 0) {
        refused(now, session, Status::ReasonUnspecified, out);
        return;
    }
    if (serving != nullptr) {
        serving->refresh.reset();
        serving->registered.reset();
        serving->resumed = false;
        serving->untold = false;
        serving->expires_at = sent_at + lifetime;
        serving->refresh_at = sent_at + renewal_after(lifetime);
        // RFC 8885 section 3.2 allows partial lists, but not in answer to a renewal.
        take_anchors(now, session, registration, /*complete=*/true, out);
        out.emplace_back(Note{NoteKind::Refreshed, {{"mn", to_text(session.mn)}}});
        return;
    }
    const auto registering = std::get<Registering>(session.state);
    // Only a proxy's answer has all there is; a list that was lost on its way here is asked for.
    const Duration renewal = settings_.protocol.mode == DomainMode::Proxy
                                 ? renewal_after(lifetime)
                                 : 2 * settings_.protocol.initial_bindack_timeout;
    const bool confirmed = registering.served_until.has_value();
    const bool again = registering.solicited_again;
    enter(now,
          session,
          Serving{.expires_at = sent_at + lifetime,
                  .probing = std::nullopt,
                  .refresh_at = sent_at + renewal,
                  .refresh = std::nullopt,
                  .adverts = {.next = std::nullopt,
                              .repeated = 0,
                              .own_due = true,
                              .anchored_due = !session.anchors.empty()},
                  .registered = registering.transaction,
                  .unconfirmed = false});
    // The node learns its new router as soon as that stands; the anchors' forwarding and
    // their advertisements follow.
    advertise_due(now, session, out);
    take_anchors(now, session, registration, /*complete=*/false, out);
    if (again) confirm(now, session, out);
    if (confirmed) {
        out.emplace_back(Note{NoteKind::Refreshed, {{"mn", to_text(session.mn)}}});
        return;
    }
    const bool first = session.anchors.empty();
    Note note{first ? NoteKind::Registered : NoteKind::Handover, {{"mn", to_text(session.mn)}}};
    if (!first) note.fields.push_back({"from", to_text(session.anchors.front().maar)});
    note.fields.push_back({"prefix", to_text(session.own.prefixes.front())});
    note.fields.push_back({"anchors", std::to_string(session.anchors.size())});
    note.fields.push_back({"took", to_text(now.steady - session.attached_at)});
    out.emplace_back(std::move(note));
}

void MaarEngine::refused(const Now& now, MaarSession& session, Status status, Actions& out) {
    out.emplace_back(Note{NoteKind::RegistrationRefused,
                          {{"mn", to_text(session.mn)}, {"status", to_text(status)}}});
    if (auto* serving = std::get_if<Serving>(&session.state)) {
        serving->untold = false;
        // It may have been away and back while nobody looked: if it is here, it came last.
        if (serving->resumed && !session.absent && probe(now, session, out)) {
            serving->refresh.reset();
            register_if_heard(now, session);
            return;
        }
        // A renewal that is refused: the node is elsewhere, and the PBU that says where is on
        // its way; without it the lifetime ends the session. Should it show itself here yet, it
        // is registered as one that has just come.
        serving->unconfirmed = true;
        go_absent(now, session, "refused", out);
        return;
    }
    const Duration wait = status == Status::ProxyRegNotEnabled ? kDeniedFor : kRefusedFor;
    enter(now, session, Refused{.until = now.steady + wait, .status = status});
    want(session, out);
}

}  // namespace dmm::core
