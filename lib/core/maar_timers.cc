// What a MAAR does when a deadline comes: retransmission, renewal, advertisements, the end
// of a lifetime.
#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/adverts.h"
#include "lib/core/maar_engine.h"
#include "lib/core/mutant.h"
#include "lib/core/plan.h"

namespace dmm::core {
namespace {

// RFC 4861 section 6.2.4 sends the first few advertisements close together; here they guard
// the one that ends a handover against loss.
constexpr unsigned kEarlyAdverts = 2;
constexpr Duration kEarlyAdvertInterval = std::chrono::seconds(1);
constexpr Duration kEarlyAdvertJitter = std::chrono::seconds(2);

// RFC 8885 section 3.5 leaves a P-MAAR's state without a lifetime; it is not kept for ever.
constexpr Duration kForgetAfter = std::chrono::hours(24);

// RFC 4861 section 10: MAX_UNICAST_SOLICIT.
constexpr unsigned kProbes = 3;
constexpr Duration kAbsentProbeInterval = std::chrono::seconds(10);

const Ip6Address kAllNodes({0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

}  // namespace

bool MaarEngine::tick_registering(const Now& now, MaarSession& session, Actions& out) {
    auto& registering = std::get<Registering>(session.state);
    if (registering.contested_by) {
        const Ip6Address serving = *registering.contested_by;
        const bool untold = registering.untold;
        out.emplace_back(
            Note{NoteKind::Handover, {{"mn", to_text(session.mn)}, {"to", to_text(serving)}}});
        enter_previous(now, session, serving);
        if (untold) tell_later(now, std::get<Previous>(session.state));
        want(session, out);
        return false;
    }
    // RFC 8885 section 3.6 and RFC 5213 section 6.9.4: not for a node that is gone. Sent for
    // one that has moved on, it would take the node back.
    if (session.absent || (registering.probing && registering.probing->sent == kProbes)) {
        return give_up_registering(now, session, out);
    }
    if (mutated(Mutant::RepeatedUnasked) || !probe(now, session, out)) {
        session.seen = now.wall;
        resend(now, session, out);
        return false;
    }
    const unsigned sent = registering.probing ? registering.probing->sent : 0;
    registering.probing = Probing{.next = now.steady + kProbeInterval, .sent = sent + 1};
    return false;
}

// Back to what the node was before it showed itself; what the CMD knows is still that.
bool MaarEngine::give_up_registering(const Now& now, MaarSession& session, Actions& out) {
    const auto registering = std::get<Registering>(session.state);
    out.emplace_back(
        Note{NoteKind::Absent, {{"mn", to_text(session.mn)}, {"reason", "no_answer"}}});
    if (registering.anchored_for) {
        enter_previous(now, session, *registering.anchored_for);
        if (registering.untold) tell_later(now, std::get<Previous>(session.state));
    } else if (registering.served_until) {
        session.absent = true;
        enter(now,
              session,
              Serving{.expires_at = *registering.served_until,
                      .probing = Probing{.next = now.steady + kAbsentProbeInterval, .sent = 0},
                      .refresh_at = now.steady,
                      .refresh = std::nullopt,
                      .adverts = {},
                      .registered = std::nullopt,
                      .unconfirmed = false,
                      .resumed = false,
                      .untold = registering.untold});
    } else {
        remove_session(now, session, out);
        return true;
    }
    want(session, out);
    return false;
}

void MaarEngine::enter_previous(const Now& now, MaarSession& session, const Ip6Address& serving) {
    session.anchors.clear();
    session.uses.clear();
    if (mutated(Mutant::PrefixFreedEarly))
        pool_.release(now.steady, session.own.prefixes.front(), session.mn);
    enter(now,
          session,
          Previous{.serving = serving,
                   .forget_at = now.steady + kForgetAfter,
                   .retry_at = std::nullopt,
                   .doubt_until = {}});
}

void MaarEngine::tick_serving(const Now& now, MaarSession& session, Actions& out) {
    auto& serving = std::get<Serving>(session.state);
    if (session.absent && serving.expires_at <= now.steady) {
        out.emplace_back(Note{NoteKind::Expired, {{"mn", to_text(session.mn)}}});
        start_leaving(now, session, out);
        return;
    }
    if (serving.probing && serving.probing->next <= now.steady) {
        tick_probing(now, session, serving, out);
    }
    if (session.absent && !serving.untold) return;
    if (!session.absent) release_idle(now, session, out);
    tick_refresh(now, session, serving, out);
    if (!std::holds_alternative<Serving>(session.state)) return;
    if (!session.absent && serving.adverts.next && *serving.adverts.next <= now.steady) {
        want(session, out);
        serving.adverts.own_due = true;
        serving.adverts.anchored_due = true;
        serving.adverts.next.reset();
        advertise_due(now, session, out);
    }
}

void MaarEngine::tick_refresh(const Now& now,
                              MaarSession& session,
                              Serving& serving,
                              Actions& out) {
    if (serving.refresh) {
        if (serving.refresh->retransmit_at() <= now.steady) resend(now, session, out);
        return;
    }
    if (serving.refresh_at > now.steady) return;
    if (session.absent) {
        // The node has been asked; whoever it answers has told the CMD by now.
        start_refresh(now, session, out);
        return;
    }
    if (serving.probing) return;
    // RFC 5213 section 6.9.1.3 renews for nodes that are attached: ask first.
    if (!mutated(Mutant::RenewedUnasked) && probe(now, session, out)) {
        serving.probing = Probing{.next = now.steady + kProbeInterval, .sent = 1};
    } else {
        renew(now, session, out);
    }
}

void MaarEngine::tick_probing(const Now& now,
                              MaarSession& session,
                              Serving& serving,
                              Actions& out) {
    if (!session.absent && serving.probing->sent == kProbes) {
        go_absent(now, session, "no_answer", out);
        return;
    }
    (void)probe(now, session, out);
    ++serving.probing->sent;
    serving.probing->next = now.steady + (session.absent ? kAbsentProbeInterval : kProbeInterval);
}

bool MaarEngine::probe(const Now& now, MaarSession& session, Actions& out) {
    if (!session.attachment.link_local.is_link_local()) return false;
    session.probed = now.wall;
    out.emplace_back(
        Probe{.dlif = dlif_towards(session, session.own), .target = session.attachment.link_local});
    return true;
}

// RFC 8885 section 3.5: nothing ends yet. It is asked for from time to time, since whoever
// said that it left may have been wrong.
void MaarEngine::go_absent(const Now& now,
                           MaarSession& session,
                           std::string_view reason,
                           Actions& out) {
    session.absent = true;
    out.emplace_back(
        Note{NoteKind::Absent, {{"mn", to_text(session.mn)}, {"reason", std::string(reason)}}});
    if (auto* serving = std::get_if<Serving>(&session.state)) {
        serving->refresh.reset();
        serving->probing = Probing{.next = now.steady + kAbsentProbeInterval, .sent = 0};
    }
}

void MaarEngine::on(const Now& now, const NodeHeard& event, Actions& out) {
    MaarSession* session = find(identify(event.mac));
    if (session == nullptr) return;
    if (event.mac != session->attachment.mac || event.link != session->attachment.link) return;
    const auto* previous = std::get_if<Previous>(&session->state);
    if (previous != nullptr && now.steady <= previous->doubt_until) {
        attach(now, session->mn, session->attachment, out);
        return;
    }
    if (!is_here(*session)) return;
    session->absent = false;
    session->seen = std::max(session->seen, session->probed);
    if (auto* registering = std::get_if<Registering>(&session->state)) {
        settle_doubt(now, *session, *registering, out);
    } else if (auto* serving = std::get_if<Serving>(&session->state)) {
        serving->probing.reset();
        if (!serving->refresh && serving->refresh_at <= now.steady) {
            renew(now, *session, out);
        }
    }
    arm(*session);
}

// The node is here: an order to redirect it that is in its way was older than its attachment.
void MaarEngine::settle_doubt(const Now& now,
                              MaarSession& session,
                              Registering& registering,
                              Actions& out) {
    if (!registering.contested_by && !registering.probing) return;
    registering.probing.reset();
    if (std::exchange(registering.contested_by, std::nullopt)) {
        // What answers the PBUs of before is older than the order, or may be.
        const std::uint16_t sequence = session.next_sequence++;
        registering.transaction = Transaction(now.steady, sequence, settings_.protocol);
        registering.solicited_again = false;
        send_pbu(now, session, sequence, out);
        return;
    }
    resend(now, session, out);
}

bool MaarEngine::tick_last(const Now& now, MaarSession& session, Actions& out) {
    if (const auto* leaving = std::get_if<Leaving>(&session.state)) {
        // RFC 5213 section 6.9.1.4: one INITIAL_BINDACK_TIMEOUT, then it is over anyway.
        if (leaving->transaction.retransmit_at() > now.steady) return false;
        out.emplace_back(Note{NoteKind::NoAnswer,
                              {{"mn", to_text(session.mn)}, {"peer", to_text(settings_.cmd)}}});
    } else if (auto* previous = std::get_if<Previous>(&session.state)) {
        if (previous->retry_at && *previous->retry_at <= now.steady) {
            previous->retry_at.reset();
            want(session, out);
        }
        const bool repeats = previous->telling && previous->telling->retransmit_at() <= now.steady;
        if (repeats || (previous->tell_at && *previous->tell_at <= now.steady)) {
            previous->tell_at.reset();
            tell(now, session, *previous, out);
        }
        if (previous->forget_at > now.steady) return false;
        out.emplace_back(Note{NoteKind::Expired,
                              {{"mn", to_text(session.mn)}, {"at", to_text(previous->serving)}}});
    } else if (std::get<Refused>(session.state).until > now.steady) {
        return false;
    }
    remove_session(now, session, out);
    return true;
}

void MaarEngine::schedule_advert(const Now& now, Serving& serving) {
    Duration wait = settings_.advert.interval;
    if (serving.adverts.repeated < kEarlyAdverts) {
        ++serving.adverts.repeated;
        wait = kEarlyAdvertInterval +
               Duration(rng_.below(static_cast<std::uint64_t>(kEarlyAdvertJitter.count())));
    } else {
        // RFC 4861 section 6.2.4: never in step with others.
        wait -= Duration(rng_.below(static_cast<std::uint64_t>(wait.count()) / 4));
    }
    serving.adverts.next = now.steady + wait;
}

void MaarEngine::advertise(const MaarSession& session,
                           const Anchor& anchor,
                           wire::RouterAdvert advert,
                           Actions& out) {
    const bool known = session.attachment.link_local.is_link_local();
    out.emplace_back(Advertise{.dlif = dlif_towards(session, anchor),
                               .destination = known ? session.attachment.link_local : kAllNodes,
                               .advert = std::move(advert)});
}

// Sends what is due and stands in the kernel: nothing is promised to the node before.
void MaarEngine::advertise_due(const Now& now, MaarSession& session, Actions& out) {
    auto* serving = std::get_if<Serving>(&session.state);
    if (serving == nullptr || session.absent) return;
    AdvertSchedule& adverts = serving->adverts;
    if (session.applied != session.wanted && !mutated(Mutant::EarlyAdvert)) {
        if (session.error) schedule_advert(now, *serving);
        return;
    }
    if (!adverts.own_due && !adverts.anchored_due) return;
    if (adverts.own_due) {
        advertise(session, session.own, own_advert(session.own, settings_), out);
    }
    if (adverts.anchored_due) {
        for (const Anchor& anchor : session.anchors) {
            advertise(session, anchor, anchored_advert(anchor, settings_), out);
        }
    }
    adverts.own_due = false;
    adverts.anchored_due = false;
    schedule_advert(now, *serving);
}

// A node that was told of a router and prefixes of this MAAR learns that they lead nowhere from
// here on: it need not find out by time-outs.
void MaarEngine::on(const Now& /*now*/, const Stopping& /*event*/, Actions& out) {
    if (!settings_.deprecate_on_exit) return;
    for (const auto& [mn, session] : sessions_) {
        const auto* registering = std::get_if<Registering>(&session.state);
        const bool served = std::holds_alternative<Serving>(session.state) ||
                            (registering != nullptr && registering->served_until);
        if (!served || session.absent) continue;
        for (const Anchor& anchor : session.anchors)
            advertise(session, anchor, parting_advert(anchor, settings_), out);
        advertise(session, session.own, parting_advert(session.own, settings_), out);
    }
}

}  // namespace dmm::core
