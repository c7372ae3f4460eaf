#include "lib/core/maar_verdict.h"

#include <algorithm>

#include "lib/core/mutant.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

UpdateJudgement refuse(Status status, std::string_view reason) {
    return {.verdict = UpdateVerdict::Refuse, .status = status, .reason = reason};
}

AckJudgement ack(AckVerdict verdict, std::string_view reason) {
    return {.verdict = verdict, .reason = reason};
}

AckJudgement judge_status(Status status,
                          const Transaction& transaction,
                          const MaarSession& session) {
    // A PBU that is refused is sent anew at once, but not more than MAX_UPDATE_RATE in a second
    // (RFC 8885 section 3.6).
    const bool may_retry = transaction.tries() < limits::kUpdatesPerSecond;
    if (is_accepted(status)) return ack(AckVerdict::Accept, {});
    if (status == Status::TimestampLowerThanPrevAccepted) {
        // One fresh stamp settles which of two attachments is newer. If it does not, clocks
        // disagree: then only time helps, and tries at once would use up both RFC 8885 section
        // 3.6's three in a second and the short waits between repetitions.
        const bool once = transaction.tries() == 1;
        return ack(once ? AckVerdict::Resend : AckVerdict::Wait, "stale_timestamp");
    }
    if (status == Status::SequenceNumberOutOfWindow) {
        return ack(may_retry ? AckVerdict::Renumber : AckVerdict::Wait, "stale_sequence");
    }
    // RFC 5213 section 6.9.1.2: never set the clock after this.
    if (status == Status::TimestampMismatch) return ack(AckVerdict::Wait, "timestamp_mismatch");
    if (status == Status::NotAuthorizedForHomeNetworkPrefix && may_retry &&
        std::holds_alternative<Registering>(session.state)) {
        return ack(AckVerdict::OtherPrefix, "prefix_refused");
    }
    return ack(AckVerdict::GiveUp, "refused");
}

// RFC 8885 section 3.3: no PBU of ours asked for this PBA, so its sequence number says nothing
// (RFC 5213 section 6.9.1.2 would drop it). It must be about a node that is here, for us.
AckJudgement judge_previous(const wire::ProxyBindingAck& pba,
                            const Registration& registration,
                            const MaarSession* session,
                            const MaarSettings& settings) {
    if ((pba.flags & wire::ba_flag::kDmmPba) != wire::ba_flag::kDmmPba) {
        return ack(AckVerdict::Ignore, "no_dmm");
    }
    if (session == nullptr || !is_here(*session)) return ack(AckVerdict::Ignore, "unknown_node");
    const bool ours = registration.serving == std::optional(settings.address) &&
                      registration.access_technology == std::optional(settings.access_technology);
    if (!ours) return ack(AckVerdict::Ignore, "echo_differs");
    if (!is_accepted(pba.status) || pba.lifetime == 0 || registration.prefixes.empty()) {
        return ack(AckVerdict::Ignore, "refused");
    }
    return ack(AckVerdict::AddSender, {});
}

}  // namespace

bool is_peer(const MaarSettings& settings, const Ip6Address& address) {
    return std::find(settings.peers.begin(), settings.peers.end(), address) != settings.peers.end();
}

wire::Handoff handoff_of(const MaarSession& session) {
    return std::holds_alternative<Serving>(session.state) ? wire::Handoff::NotChanged
                                                          : wire::Handoff::Unknown;
}

const Transaction* pending_pbu(const MaarSession& session) {
    if (const auto* registering = std::get_if<Registering>(&session.state)) {
        return &registering->transaction;
    }
    if (const auto* serving = std::get_if<Serving>(&session.state)) {
        return serving->refresh ? &*serving->refresh : nullptr;
    }
    if (const auto* leaving = std::get_if<Leaving>(&session.state)) return &leaving->transaction;
    if (const auto* previous = std::get_if<Previous>(&session.state)) {
        return previous->telling ? &*previous->telling : nullptr;
    }
    return nullptr;
}

UpdateJudgement judge_update(const wire::ProxyBindingUpdate& pbu,
                             const Registration& registration,
                             const Ip6Address& from,
                             const MaarSession* session,
                             const MaarSettings& settings,
                             WallTime now) {
    if ((pbu.flags & wire::bu_flag::kP) == 0) {
        return {.verdict = UpdateVerdict::Ignore, .status = {}, .reason = "not_proxy"};
    }
    // Only the CMD moves nodes; whoever else sends this is not even told why.
    if (from != settings.cmd && !mutated(Mutant::StrangerObeyed)) {
        return {.verdict = UpdateVerdict::Ignore, .status = {}, .reason = "unauthorised"};
    }
    if ((pbu.flags & wire::bu_flag::kD) == 0) {
        return refuse(Status::AdministrativelyProhibited, "no_dmm");
    }
    if (!registration.mn) return refuse(Status::MissingMnIdentifierOption, "missing_mn_identifier");
    const bool known = session != nullptr;
    if (!known && (pbu.lifetime == 0 || registration.prefixes.empty())) {
        return refuse(Status::NotLmaForThisMobileNode, "unknown_node");
    }
    const Status freshness = judge_freshness(known ? session->accepted : Accepted{},
                                             registration.timestamp,
                                             pbu.sequence,
                                             now,
                                             settings.protocol.timestamp_window);
    if (freshness != Status::Accepted) return refuse(freshness, "not_fresh");
    if (pbu.lifetime == 0) {
        return {.verdict = UpdateVerdict::Remove, .status = {}, .reason = {}};
    }
    if (!registration.serving) return refuse(Status::ReasonUnspecified, "missing_serving_maar");
    if (!is_peer(settings, *registration.serving)) {
        return refuse(Status::AdministrativelyProhibited, "unknown_peer");
    }
    if (!known) return {.verdict = UpdateVerdict::Restore, .status = {}, .reason = {}};
    const bool registering = std::holds_alternative<Registering>(session->state) &&
                             !mutated(Mutant::CrossingOrderObeyed);
    return {.verdict = registering ? UpdateVerdict::Stay : UpdateVerdict::Redirect,
            .status = {},
            .reason = {}};
}

AckJudgement judge_ack(const wire::ProxyBindingAck& pba,
                       const Registration& registration,
                       const Ip6Address& from,
                       const MaarSession* session,
                       const MaarSettings& settings) {
    if (settings.protocol.mode == DomainMode::Locator && is_peer(settings, from) &&
        !mutated(Mutant::LocatorPbaUnmatched)) {
        return judge_previous(pba, registration, session, settings);
    }
    if (from != settings.cmd) return ack(AckVerdict::Ignore, "unauthorised");
    if ((pba.flags & wire::ba_flag::kP) == 0) return ack(AckVerdict::Ignore, "not_proxy");
    if (session == nullptr) return ack(AckVerdict::Ignore, "unknown_node");
    const Transaction* transaction = pending_pbu(*session);
    const auto* serving = std::get_if<Serving>(&session->state);
    const bool again = serving != nullptr && serving->registered &&
                       serving->registered->matches(pba.sequence) && is_accepted(pba.status) &&
                       (pba.flags & wire::ba_flag::kD) != 0;
    if (again) return ack(AckVerdict::Add, {});
    const bool released =
        serving != nullptr && std::ranges::any_of(session->uses, [&](const AnchorUse& use) {
            return use.release && use.release->matches(pba.sequence);
        });
    if (released) {
        return ack(AckVerdict::Released, is_accepted(pba.status) ? "" : "release_refused");
    }
    // RFC 6275 section 11.7.3: with 135 comes the number that the receiver has, not ours.
    const bool names_theirs = pba.status == Status::SequenceNumberOutOfWindow;
    if (transaction == nullptr || (!names_theirs && !transaction->matches(pba.sequence))) {
        return ack(AckVerdict::Ignore, "unmatched_ack");
    }
    // RFC 8885 section 4.2: an LMA that does not know DMM answers without D; what it
    // accepted is no distributed registration.
    if ((pba.flags & wire::ba_flag::kD) == 0) return ack(AckVerdict::GiveUp, "no_dmm");
    // RFC 5213 section 6.9.1.2: the answer must be about the same attachment.
    const bool same_technology =
        registration.access_technology == std::optional(settings.access_technology);
    const auto& mac = session->attachment.mac.octets();
    const bool same_node =
        registration.link_layer_id.empty() || std::ranges::equal(registration.link_layer_id, mac);
    const bool same_handoff = registration.handoff == std::optional(handoff_of(*session));
    if (!same_handoff || !same_technology || !same_node) {
        return ack(AckVerdict::Ignore, "echo_differs");
    }
    return judge_status(pba.status, *transaction, *session);
}

}  // namespace dmm::core
