// The CMD's PBAs: RFC 8885 section 3.4, RFC 5213 section 5.3.6.
#include <ranges>

#include "lib/core/cmd_request.h"

namespace dmm::core {

// RFC 8885 section 3.4: the PBA lists every P-MAAR; in answer to a renewal that list is
// complete. RFC 5213 section 5.3.6: the rest is an echo.
void CmdEngine::answer(const Request& request,
                       const CmdSession& session,
                       std::uint16_t lifetime,
                       Actions& out) {
    Registration r = request.registration;
    r.serving.reset();
    r.care_of.reset();
    r.dlif.reset();
    r.local_prefixes.clear();
    r.previous.clear();
    if (std::holds_alternative<Bound>(session.state) && session.serving.maar == request.proxy_coa) {
        // The newest first: it anchors the flows that are most likely alive.
        for (const auto& previous : std::views::reverse(session.previous)) {
            if (!std::holds_alternative<Removing>(previous.state)) {
                r.previous.push_back(previous.anchor);
            }
        }
    }
    out.emplace_back(Send{.from = request.event.to,
                          .to = request.event.from,
                          .message = wire::ProxyBindingAck{.status = Status::Accepted,
                                                           .flags = wire::ba_flag::kDmmPba,
                                                           .sequence = request.pbu.sequence,
                                                           .lifetime = lifetime,
                                                           .options = write_registration(r)}});
}

void CmdEngine::refuse(const Request& request, const PbuJudgement& judgement, Actions& out) {
    Registration r = request.registration;
    r.serving.reset();
    r.care_of.reset();
    r.dlif.reset();
    r.local_prefixes.clear();
    r.previous.clear();
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
