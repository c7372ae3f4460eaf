// The CMD's PBUs to P-MAARs, their repetition and their answers: RFC 8885 sections 3.4 and 3.6.
#include <algorithm>
#include <utility>

#include "lib/core/cmd_engine.h"
#include "lib/core/mutant.h"
#include "lib/model/limits.h"

namespace dmm::core {

void CmdEngine::retransmit_due(const Now& now, CmdSession& session, Actions& out) {
    for (std::size_t i = 0; i < session.previous.size();) {
        PreviousAnchor& previous = session.previous[i];
        const Transaction* transaction = pending(previous);
        if (transaction == nullptr || previous.place || transaction->retransmit_at() > now.steady) {
            ++i;
            continue;
        }
        if (transaction->tries() >= limits::kPbuTries) {
            out.emplace_back(Note{NoteKind::NoAnswer,
                                  {{"mn", to_text(session.mn)},
                                   {"peer", to_text(previous.anchor.maar)},
                                   {"tries", std::to_string(transaction->tries())}}});
            drop_previous(now, session, i, "no_answer", out);
            continue;
        }
        send_paced(now, session, previous, out);
        ++i;
    }
}

void CmdEngine::start_update(
    const Now& now, CmdSession& session, PreviousAnchor& previous, bool removing, Actions& out) {
    if (removing)
        previous.state = Removing{};
    else
        previous.state = Updating{};
    send_paced(now, session, previous, out);
}

// The S-MAAR's PBU, with the prefixes that this P-MAAR anchors, the time of this node's own
// clock and the Serving MAAR option (RFC 8885 sections 3.2 and 4.6).
void CmdEngine::send_update(const Now& now,
                            const CmdSession& session,
                            const PreviousAnchor& previous,
                            std::uint16_t sequence,
                            Actions& out) {
    Registration r = last_registration(session);
    r.prefixes = previous.anchor.prefixes.all();
    r.timestamp = wire::Timestamp::of(now.wall);
    if (std::holds_alternative<Bound>(session.state)) r.serving = session.serving.maar;
    r.link_local_address.reset();
    r.dlif.reset();
    r.local_prefixes.clear();
    const bool removing = std::holds_alternative<Removing>(previous.state);
    out.emplace_back(Send{.from = settings_.address,
                          .to = previous.anchor.maar,
                          .message = wire::ProxyBindingUpdate{
                              .sequence = sequence,
                              .flags = wire::bu_flag::kDmmPbu,
                              .lifetime = removing ? std::uint16_t{0} : session.lifetime,
                              .options = write_registration(r)}});
}

void CmdEngine::on_pba(const Now& now,
                       const MessageReceived& event,
                       const wire::ProxyBindingAck& pba,
                       Actions& out) {
    auto registration = (pba.flags & wire::ba_flag::kD) != 0
                            ? read_registration(pba.options)
                            : read_registration(wire::effective_options(event.message));
    if (!registration || !registration->mn) {
        const std::string_view reason =
            registration ? std::string_view("missing_mn_identifier") : registration.error();
        out.emplace_back(refused_note(reason, event.from, std::nullopt));
        return;
    }
    const auto known = sessions_.find(*registration->mn);
    if (known == sessions_.end()) {
        out.emplace_back(refused_note("unmatched_ack", event.from, registration->mn));
        return;
    }
    CmdSession& session = known->second;
    const auto it = std::find_if(session.previous.begin(), session.previous.end(), [&](auto& p) {
        const Transaction* transaction = pending(p);
        return p.anchor.maar == event.from && transaction != nullptr &&
               transaction->matches(pba.sequence);
    });
    if (it == session.previous.end()) {
        out.emplace_back(refused_note("unmatched_ack", event.from, registration->mn));
        return;
    }
    const auto index = static_cast<std::size_t>(it - session.previous.begin());
    const Transaction& transaction = *pending(*it);
    if (std::holds_alternative<Removing>(it->state)) {
        // Whatever it answers, it knows; the anchor is gone either way.
        const bool wrong = mutated(Mutant::WrongAnchorRemoved);
        drop_previous(now, session, wrong ? session.previous.size() - 1 : index, "removed", out);
    } else if ((pba.flags & wire::ba_flag::kD) == 0) {
        drop_previous(now, session, index, "no_dmm", out);
    } else if (pba.status == Status::TimestampLowerThanPrevAccepted &&
               transaction.tries() < limits::kPbuTries) {
        // RFC 5213 section 6.9.1.2: at once again, with a fresh stamp.
        send_paced(now, session, *it, out);
    } else if (pba.status == Status::TimestampMismatch && transaction.tries() < limits::kPbuTries) {
        // RFC 5213 section 6.9.1.2. No clock need be wrong: our PBU may have waited for a MAAR that
        // was only just starting. Its repetition, with a fresh stamp, is due anyway.
        out.emplace_back(refused_note("timestamp_mismatch", event.from, registration->mn));
    } else if (!is_accepted(pba.status)) {
        drop_previous(now, session, index, to_text(pba.status), out);
    } else if (!take_prefixes(now, session, *it, registration->prefixes, out)) {
        drop_previous(now, session, index, "foreign_prefix", out);
    } else {
        if (registration->dlif) it->anchor.dlif = registration->dlif;
        if (!drop_foreign_networks(*registration, event.from, settings_)) {
            out.emplace_back(refused_note("foreign_local_prefix", event.from, registration->mn));
        }
        if (!registration->local_prefixes.empty())
            it->anchor.local_prefixes = registration->local_prefixes;
        it->state = Settled{};
        leave_queue(now, session, *it);
        hear_awaited(session, out);
    }
    settle(session);
}

// The anchor knows what it anchors: a registration whose answer was lost may have been given up
// there, and another prefix given out since. False if it claims what is not its own.
bool CmdEngine::take_prefixes(const Now& now,
                              CmdSession& session,
                              PreviousAnchor& previous,
                              const std::vector<Prefix>& told,
                              Actions& out) {
    StoredAnchor& anchor = previous.anchor;
    if (told.empty() || told == std::vector{Prefix{}}) return true;
    if (std::is_permutation(
            told.begin(), told.end(), anchor.prefixes.begin(), anchor.prefixes.end())) {
        return true;
    }
    if (!may_anchor(session, anchor.maar, told)) return false;
    owners_.release(anchor.prefixes, slot_of(session.serial));
    anchor.prefixes = PrefixList(told);
    owners_.claim(anchor.prefixes, slot_of(session.serial));
    start_notice(now, session, out);
    return true;
}

// Whether these prefixes are of the MAAR's own pool, and no other node's.
bool CmdEngine::may_anchor(const CmdSession& session,
                           const Ip6Address& maar,
                           const std::vector<Prefix>& prefixes) const {
    const auto peer = std::find_if(settings_.maars.begin(),
                                   settings_.maars.end(),
                                   [&](const auto& p) { return p.address == maar; });
    if (peer == settings_.maars.end()) return false;
    if (prefixes.empty() || prefixes.size() > limits::kPrefixesPerAnchor) return false;
    return std::all_of(prefixes.begin(), prefixes.end(), [&](const Prefix& prefix) {
        const auto owner = owners_.owner(prefix);
        return prefix.length() == 64 &&
               (peer->pool.contains(prefix) || holds(session, maar, prefix)) &&
               (!owner || *owner == slot_of(session.serial));
    });
}

}  // namespace dmm::core
