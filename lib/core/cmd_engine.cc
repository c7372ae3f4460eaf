#include "lib/core/cmd_engine.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lib/core/cmd_request.h"
#include "lib/core/mutant.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// RFC 5213 section 9.1, MinDelayBeforeBCEDelete.
constexpr Duration kDelayBeforeDelete = std::chrono::seconds(10);

std::optional<SteadyTime> deadline_of(const CmdSession& session) {
    std::optional<SteadyTime> at;
    if (const auto* bound = std::get_if<Bound>(&session.state)) at = bound->expires_at;
    if (const auto* closing = std::get_if<Closing>(&session.state)) at = closing->delete_at;
    for (const PreviousAnchor& previous : session.previous) {
        const Transaction* transaction = pending(previous);
        if (transaction != nullptr && !previous.place)
            at = earlier(at, transaction->retransmit_at());
    }
    if (session.notice) at = earlier(at, session.notice->next);
    if (session.awaited) at = earlier(at, session.awaited->deadline);
    return at;
}

// Apart from what rng_ gives, of which peers see a part.
HashKey hash_key(Seed seed, std::uint64_t table) {
    Rng rng(Seed{~seed.value + table});
    const std::uint64_t first = rng.next();
    return {.first = first, .second = rng.next()};
}

std::string prefixes_text(const PrefixList& prefixes) {
    std::string text;
    for (const Prefix& prefix : prefixes)
        text += (text.empty() ? "" : ",") + to_text(prefix);
    return text;
}

}  // namespace

CmdEngine::CmdEngine(CmdSettings settings, Seed seed)
    : settings_(std::move(settings)),
      rng_(seed),
      sessions_(hash_key(seed, 1)),
      owners_(hash_key(seed, 2)),
      heartbeats_(settings_.address, settings_.protocol),
      pacer_(settings_.protocol) {}

Actions CmdEngine::handle(const Now& now, const Event& event) {
    Actions out;
    std::visit([&](const auto& e) { on(now, e, out); }, event);
    return out;
}

void CmdEngine::on(const Now& now, const MessageReceived& event, Actions& out) {
    if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&event.message)) {
        on_pbu(now, event, *pbu, out);
    } else if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&event.message)) {
        on_pba(now, event, *pba, out);
    } else if (const auto* heartbeat = std::get_if<wire::Heartbeat>(&event.message)) {
        on_heartbeat(now, event.from, *heartbeat, out);
    } else if (const auto* error = std::get_if<wire::BindingError>(&event.message)) {
        on_binding_error(event.from, *error, out);
    } else {
        out.emplace_back(refused_note("unexpected_message", event.from, std::nullopt));
    }
}

void CmdEngine::on(const Now& /*now*/, const MessageRejected& event, Actions& out) {
    out.emplace_back(
        Note{NoteKind::MessageMalformed,
             {{"reason", std::string(name_of(event.error.fault))}, {"from", to_text(event.from)}}});
}

void CmdEngine::on_pbu(const Now& now,
                       const MessageReceived& event,
                       const wire::ProxyBindingUpdate& pbu,
                       Actions& out) {
    // With the D flag all options count, and none needs to be copied.
    auto registration = (pbu.flags & wire::bu_flag::kD) != 0
                            ? read_registration(pbu.options)
                            : read_registration(wire::effective_options(event.message));
    if (!registration) {
        out.emplace_back(refused_note(registration.error(), event.from, std::nullopt));
        return;
    }
    const Request request{.now = now,
                          .event = event,
                          .pbu = pbu,
                          .registration = *registration,
                          .proxy_coa = registration->care_of.value_or(event.from)};
    for (const Prefix& prefix : registration->prefixes)
        owners_.fetch(prefix);
    const auto known = registration->mn ? sessions_.find(*registration->mn) : sessions_.end();
    if (known != sessions_.end()) deadlines_.fetch(known->second.serial);
    const PbuJudgement judgement =
        judge_pbu(pbu,
                  *registration,
                  request.proxy_coa,
                  {.settings = settings_,
                   .owners = owners_,
                   .session = known == sessions_.end() ? nullptr : &known->second,
                   .sessions = sessions_.size(),
                   .now = now.wall});
    if (!judgement.reason.empty()) {
        out.emplace_back(refused_note(judgement.reason, event.from, registration->mn));
    } else if (!drop_foreign_networks(*registration, request.proxy_coa, settings_)) {
        out.emplace_back(refused_note("foreign_local_prefix", event.from, registration->mn));
    }
    switch (judgement.verdict) {
        case PbuVerdict::Register:
            do_register(request, out);
            break;
        case PbuVerdict::Refresh:
            do_refresh(request, out);
            break;
        case PbuVerdict::Handover:
        case PbuVerdict::Return:
            do_move(request, judgement.verdict, out);
            break;
        case PbuVerdict::Deregister:
            do_deregister(request, out);
            break;
        case PbuVerdict::AnchorRenew:
            do_anchor_renew(request, out);
            break;
        case PbuVerdict::Release:
            do_release(request, out);
            break;
        case PbuVerdict::Refuse:
            refuse(request, judgement, out);
            if (judgement.reason == "not_serving") learn(request, out);
            break;
        case PbuVerdict::Ignore:
            if (judgement.reason == "not_anchor") learn(request, out);
            break;
    }
}

CmdSession& CmdEngine::create_session(const MnId& mn, const Now& now) {
    CmdSession& session = sessions_.add(mn);
    session.state = Ending{};
    session.next_sequence = static_cast<std::uint16_t>(rng_.below(65536));
    session.heard = now.steady;
    session.since = now.steady;
    return session;
}

// Takes over what an accepted PBU of the S-MAAR says.
void CmdEngine::adopt(CmdSession& session, const Request& request) {
    const Registration& r = request.registration;
    const bool other = session.serving.prefixes != r.prefixes;
    if (other) owners_.release(session.serving.prefixes, slot_of(session.serial));
    session.serving = stored({.maar = request.proxy_coa,
                              .prefixes = r.prefixes,
                              .dlif = r.dlif,
                              .local_prefixes = r.local_prefixes});
    if (other) owners_.claim(session.serving.prefixes, slot_of(session.serial));
    session.last = last_update(r);
    session.notice.reset();  // what it was to ask for it is told now
    session.lifetime =
        std::min(request.pbu.lifetime, wire::lifetime_units(settings_.protocol.lifetime));
    const bool renewal =
        r.handoff == wire::Handoff::NotChanged && std::holds_alternative<Bound>(session.state);
    if (!renewal || !mutated(Mutant::LifetimeNotRenewed))
        session.state =
            Bound{.expires_at = request.now.steady + wire::lifetime_seconds(session.lifetime)};
    session.accepted = {.timestamp = r.timestamp, .sequence = request.pbu.sequence};
    session.heard = request.now.steady;
}

void CmdEngine::do_register(const Request& request, Actions& out) {
    CmdSession& session = create_session(*request.registration.mn, request.now);
    adopt(session, request);
    out.emplace_back(Note{NoteKind::Registered,
                          {{"mn", to_text(session.mn)},
                           {"at", to_text(session.serving.maar)},
                           {"prefix", prefixes_text(session.serving.prefixes)}}});
    // Behind the answer, which is awaited.
    Actions updates;
    adopt_previous(session, request, updates);
    answer(request, session, Listing::All, session.lifetime, out);
    std::move(updates.begin(), updates.end(), std::back_inserter(out));
    settle(session);
}

// RFC 8885 section 3.4: the S-MAAR has all it needs already, so nobody else is asked.
void CmdEngine::do_refresh(const Request& request, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    adopt(session, request);
    const bool renewal = request.registration.handoff == wire::Handoff::NotChanged;
    if (renewal) {
        out.emplace_back(
            Note{NoteKind::Refreshed,
                 {{"mn", to_text(session.mn)}, {"at", to_text(session.serving.maar)}}});
        session.awaited.reset();
    }
    // Asked again before all P-MAARs have answered: what is known, the rest as it comes.
    if (session.awaited) {
        session.awaited->sequence = request.pbu.sequence;
        session.awaited->deadline.reset();
    }
    const Listing listing = session.awaited ? Listing::Confirmed : Listing::All;
    answer(request, session, listing, session.lifetime, out);
    settle(session);
}

// RFC 8885 section 3.4: acknowledge to the new S-MAAR at once, and tell every P-MAAR in
// parallel where the node is now.
void CmdEngine::do_move(const Request& request, PbuVerdict verdict, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    const Ip6Address left = session.serving.maar;
    if (verdict == PbuVerdict::Return) {
        const auto here = std::find_if(session.previous.begin(),
                                       session.previous.end(),
                                       [&](auto& p) { return p.anchor.maar == request.proxy_coa; });
        owners_.release(here->anchor.prefixes, slot_of(session.serial));
        leave_queue(request.now, session, *here);
        session.previous.erase(here);
    }
    if (std::holds_alternative<Bound>(session.state)) {
        session.previous.push_back(
            {.anchor = std::exchange(session.serving, {}), .state = Settled{}});
    }
    adopt(session, request);
    session.since = request.now.steady;
    session.awaited.reset();
    // Judged before the answer, which lists who stays; sent behind it, which is awaited.
    Actions updates;
    if (is_young(request.now)) recall_previous(session, request, updates);
    limit_previous(request.now, session, updates);
    for (PreviousAnchor& previous : session.previous) {
        // One that is being removed does not come back.
        if (std::holds_alternative<Removing>(previous.state)) continue;
        if (mutated(Mutant::OneAnchorTold) && &previous != &session.previous.back()) continue;
        start_update(request.now, session, previous, /*removing=*/false, updates);
    }
    answer_move(request, session, updates, out);
    out.emplace_back(Note{NoteKind::Handover,
                          {{"mn", to_text(session.mn)},
                           {"from", to_text(left)},
                           {"to", to_text(session.serving.maar)},
                           {"previous", std::to_string(session.previous.size())}}});
    settle(session);
}

// RFC 8885 section 3.5: only the S-MAAR ends a session, and then for all anchors.
void CmdEngine::do_deregister(const Request& request, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    session.accepted = {.timestamp = request.registration.timestamp,
                        .sequence = request.pbu.sequence};
    session.lifetime = 0;
    owners_.release(session.serving.prefixes, slot_of(session.serial));
    session.serving.prefixes.clear();
    session.notice.reset();
    session.awaited.reset();
    session.state = Closing{.delete_at = request.now.steady + kDelayBeforeDelete};
    if (mutated(Mutant::BindingDeletedAtOnce))
        session.state = Closing{.delete_at = request.now.steady};
    session.since = request.now.steady;
    out.emplace_back(Note{NoteKind::Deregistered,
                          {{"mn", to_text(session.mn)}, {"by", to_text(request.proxy_coa)}}});
    answer(request, session, Listing::None, session.lifetime, out);
    settle(session);
}

// RFC 8885 section 3.5, second solution: a P-MAAR whose timer ran out is told whether the
// node is still in the domain.
void CmdEngine::do_anchor_renew(const Request& request, Actions& out) {
    CmdSession& session = sessions_.at(*request.registration.mn);
    const auto anchor = std::find_if(session.previous.begin(),
                                     session.previous.end(),
                                     [&](auto& p) { return p.anchor.maar == request.proxy_coa; });
    const bool keep = std::holds_alternative<Bound>(session.state) &&
                      !std::holds_alternative<Removing>(anchor->state);
    answer(request, session, Listing::None, keep ? session.lifetime : std::uint16_t{0}, out);
    if (!keep) {
        drop_previous(request.now,
                      session,
                      static_cast<std::size_t>(anchor - session.previous.begin()),
                      "released",
                      out);
    }
    settle(session);
}

// RFC 8885 section 6: a limit on the P-MAARs of one node; the oldest goes. A nomadic node has none.
void CmdEngine::limit_previous(const Now& now, CmdSession& session, Actions& out) {
    const bool nomadic = mobility_of(settings_, session.mn) == Mobility::None &&
                         !mutated(Mutant::NomadKeepsPrefixes);
    const std::size_t most = nomadic ? 0 : settings_.max_previous_maars;
    const auto kept = [](const PreviousAnchor& p) {
        return !std::holds_alternative<Removing>(p.state);
    };
    auto count = static_cast<std::size_t>(
        std::count_if(session.previous.begin(), session.previous.end(), kept));
    for (PreviousAnchor& previous : session.previous) {
        if (count <= most) break;
        if (!kept(previous)) continue;
        start_update(now, session, previous, /*removing=*/true, out);
        --count;
    }
}

void CmdEngine::end_session(const Now& now, CmdSession& session, Actions& out) {
    owners_.release(session.serving.prefixes, slot_of(session.serial));
    session.serving.prefixes.clear();
    session.lifetime = 0;
    session.notice.reset();
    session.awaited.reset();
    session.state = Ending{};
    session.since = now.steady;
    if (mutated(Mutant::AnchorsLeftBehind)) session.previous.clear();
    for (PreviousAnchor& previous : session.previous) {
        if (std::holds_alternative<Removing>(previous.state)) continue;
        start_update(now, session, previous, /*removing=*/true, out);
    }
}

void CmdEngine::drop_previous(
    const Now& now, CmdSession& session, std::size_t index, std::string_view reason, Actions& out) {
    const bool listed = !std::holds_alternative<Removing>(session.previous[index].state);
    leave_queue(now, session, session.previous[index]);
    const StoredAnchor anchor = std::move(session.previous[index].anchor);
    session.previous.erase(session.previous.begin() + static_cast<std::ptrdiff_t>(index));
    owners_.release(anchor.prefixes, slot_of(session.serial));
    out.emplace_back(Note{NoteKind::AnchorDropped,
                          {{"mn", to_text(session.mn)},
                           {"maar", to_text(anchor.maar)},
                           {"reason", std::string(reason)}}});
    if (!listed) return;
    hear_awaited(session, out);
    start_notice(now, session, out);
}

void CmdEngine::settle(CmdSession& session) {
    if (std::holds_alternative<Ending>(session.state) && session.previous.empty()) {
        deadlines_.set(session.serial, std::nullopt);
        sessions_.erase(session);
        return;
    }
    deadlines_.set(session.serial, deadline_of(session));
}

void CmdEngine::on(const Now& now, const Tick& /*event*/, Actions& out) {
    heartbeats_.tick(now, out);
    send_waiting(now, out);
    for (const Serial serial : deadlines_.take_due(now.steady)) {
        CmdSession& session = sessions_.at(serial);
        const auto* bound = std::get_if<Bound>(&session.state);
        const auto* closing = std::get_if<Closing>(&session.state);
        if (bound != nullptr && bound->expires_at <= now.steady) {
            out.emplace_back(
                Note{NoteKind::Expired,
                     {{"mn", to_text(session.mn)}, {"at", to_text(session.serving.maar)}}});
            end_session(now, session, out);
        } else if (closing != nullptr && closing->delete_at <= now.steady) {
            end_session(now, session, out);
        }
        retransmit_due(now, session, out);
        repeat_notice(now, session, out);
        if (session.awaited && session.awaited->deadline &&
            *session.awaited->deadline <= now.steady) {
            session.awaited->deadline.reset();
            answer_awaited(session, out);
        }
        settle(session);
    }
}

}  // namespace dmm::core
