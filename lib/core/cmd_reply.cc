// The CMD's PBAs: RFC 8885 sections 3.2 to 3.4, RFC 5213 section 5.3.6.
#include <algorithm>
#include <iterator>
#include <ranges>
#include <vector>

#include "lib/core/cmd_request.h"
#include "lib/core/mutant.h"

namespace dmm::core {

namespace {

// RFC 5213 section 5.3.6: the answer repeats what was asked.
Registration echo_of(const Registration& asked) {
    Registration r = asked;
    r.serving.reset();
    r.care_of.reset();
    r.dlif.reset();
    r.local_prefixes.clear();
    r.previous.clear();
    return r;
}

// The newest first: it anchors the flows that are most likely alive.
std::vector<Anchor> listed(const CmdSession& session, bool confirmed_only) {
    std::vector<Anchor> out;
    for (const auto& previous : std::views::reverse(session.previous)) {
        const bool settled = std::holds_alternative<Settled>(previous.state);
        const bool removing = std::holds_alternative<Removing>(previous.state);
        if (confirmed_only ? settled : !removing) out.push_back(anchor_of(previous.anchor));
    }
    return out;
}

}  // namespace

void CmdEngine::answer(const Request& request,
                       const CmdSession& session,
                       Listing listing,
                       std::uint16_t lifetime,
                       Actions& out) {
    Registration r = echo_of(request.registration);
    const bool serves =
        std::holds_alternative<Bound>(session.state) && session.serving.maar == request.proxy_coa;
    if (serves && listing != Listing::None) {
        r.previous = listed(session, listing == Listing::Confirmed);
    }
    out.emplace_back(Send{.from = request.event.to,
                          .to = request.event.from,
                          .message = wire::ProxyBindingAck{.status = Status::Accepted,
                                                           .flags = wire::ba_flag::kDmmPba,
                                                           .sequence = request.pbu.sequence,
                                                           .lifetime = lifetime,
                                                           .options = write_registration(r)}});
}

// RFC 8885 section 3.4 answers at once with all that the CMD knows, section 3.3 at once and
// leaves the rest to the P-MAARs, section 3.2 when they have answered.
void CmdEngine::answer_move(const Request& request,
                            CmdSession& session,
                            Actions& updates,
                            Actions& out) {
    const DomainMode mode = settings_.protocol.mode;
    const bool waits = std::any_of(session.previous.begin(), session.previous.end(), [](auto& p) {
        return std::holds_alternative<Updating>(p.state);
    });
    if (mode == DomainMode::Relay && waits && !mutated(Mutant::RelayDoesNotWait)) {
        session.awaited =
            Awaited{.from = request.event.from,
                    .to = request.event.to,
                    .sequence = request.pbu.sequence,
                    .deadline = request.now.steady + settings_.protocol.aggregation_timeout};
    } else {
        const Listing listing = mode == DomainMode::Locator ? Listing::None : Listing::All;
        answer(request, session, listing, session.lifetime, out);
    }
    std::move(updates.begin(), updates.end(), std::back_inserter(out));
}

void CmdEngine::answer_awaited(CmdSession& session, Actions& out) {
    Registration r = echo_of(last_registration(session));
    r.previous = listed(session, /*confirmed_only=*/true);
    out.emplace_back(Send{.from = session.awaited->to,
                          .to = session.awaited->from,
                          .message = wire::ProxyBindingAck{.status = Status::Accepted,
                                                           .flags = wire::ba_flag::kDmmPba,
                                                           .sequence = session.awaited->sequence,
                                                           .lifetime = session.lifetime,
                                                           .options = write_registration(r)}});
}

void CmdEngine::hear_awaited(CmdSession& session, Actions& out) {
    if (!session.awaited) return;
    const bool all = std::none_of(session.previous.begin(), session.previous.end(), [](auto& p) {
        return std::holds_alternative<Updating>(p.state);
    });
    if (all || !session.awaited->deadline) answer_awaited(session, out);
    if (all) session.awaited.reset();
}

void CmdEngine::refuse(const Request& request, const PbuJudgement& judgement, Actions& out) {
    Registration r = echo_of(request.registration);
    // RFC 5213 section 5.3.6: what was missing is there as zero.
    if (r.prefixes.empty()) r.prefixes.emplace_back();
    if (!r.handoff) r.handoff = wire::Handoff::Reserved;
    if (!r.access_technology) r.access_technology = 0;
    const bool clock_fault = judgement.status == Status::TimestampMismatch ||
                             judgement.status == Status::TimestampLowerThanPrevAccepted;
    if (clock_fault) r.timestamp = wire::Timestamp::of(request.now.wall);
    std::uint16_t sequence = request.pbu.sequence;
    if (judgement.status == Status::SequenceNumberOutOfWindow) {
        sequence = sessions_.at(*r.mn).accepted.sequence.value_or(sequence);
    }
    const bool dmm = (request.pbu.flags & wire::bu_flag::kD) != 0;
    out.emplace_back(Send{
        .from = request.event.to,
        .to = request.event.from,
        .message = wire::ProxyBindingAck{.status = judgement.status,
                                         .flags = dmm ? wire::ba_flag::kDmmPba : wire::ba_flag::kP,
                                         .sequence = sequence,
                                         .lifetime = 0,
                                         .options = write_registration(r)}});
}

}  // namespace dmm::core
