// A MAAR's registrations with the CMD: first, renewed, ended (RFC 8885 sections 3.1, 3.5, 3.6,
// RFC 5213 section 6.9.1).
#include <optional>

#include "lib/core/maar_engine.h"

namespace dmm::core {

// RFC 5213 section 6.9.1.2: a prefix that was refused is not asked for again.
void MaarEngine::other_prefix(const Now& now, MaarSession& session, Actions& out) {
    const std::optional<Prefix> prefix = pool_.allocate(now.steady, session.mn);
    if (!prefix) {
        refused(now, session, Status::NotAuthorizedForHomeNetworkPrefix, out);
        return;
    }
    for (const Prefix& old : session.own.prefixes)
        pool_.release(now.steady, old, std::nullopt);
    session.own.prefixes = {*prefix};
    resend(now, session, out);
    want(session, out);
}

void MaarEngine::start_registering(const Now& now, MaarSession& session, Actions& out) {
    const auto* serving = std::get_if<Serving>(&session.state);
    const auto* previous = std::get_if<Previous>(&session.state);
    const auto served_until =
        serving != nullptr ? std::optional(serving->expires_at) : std::nullopt;
    const auto anchored_for = previous != nullptr ? std::optional(previous->serving) : std::nullopt;
    const bool untold = (serving != nullptr && serving->untold) ||
                        (previous != nullptr && (previous->tell_at || previous->telling));
    const std::uint16_t sequence = session.next_sequence++;
    enter(now,
          session,
          Registering{.transaction = Transaction(now.steady, sequence, settings_.protocol),
                      .contested_by = std::nullopt,
                      .contested_until = {},
                      .served_until = served_until,
                      .anchored_for = anchored_for,
                      .probing = std::nullopt,
                      .solicited_again = false,
                      .untold = untold});
    send_pbu(now, session, sequence, out);
    // The kernel works while the PBU travels.
    want(session, out);
}

void MaarEngine::renew(const Now& now, MaarSession& session, Actions& out) {
    if (std::get<Serving>(session.state).unconfirmed) {
        start_registering(now, session, out);
    } else {
        start_refresh(now, session, out);
    }
}

void MaarEngine::start_refresh(const Now& now, MaarSession& session, Actions& out) {
    const std::uint16_t sequence = session.next_sequence++;
    std::get<Serving>(session.state).refresh =
        Transaction(now.steady, sequence, settings_.protocol);
    send_pbu(now, session, sequence, out);
}

void MaarEngine::start_leaving(const Now& now, MaarSession& session, Actions& out) {
    const std::uint16_t sequence = session.next_sequence++;
    enter(now,
          session,
          Leaving{.transaction = Transaction(now.steady, sequence, settings_.protocol)});
    session.anchors.clear();
    session.uses.clear();
    send_pbu(now, session, sequence, out);
    want(session, out);
}

void MaarEngine::resend(const Now& now, MaarSession& session, Actions& out) {
    const std::uint16_t sequence = session.next_sequence++;
    if (auto* registering = std::get_if<Registering>(&session.state)) {
        registering->transaction.retransmitted(now.steady, sequence, settings_.protocol);
        registering->solicited_again = false;
    } else if (auto* serving = std::get_if<Serving>(&session.state)) {
        serving->refresh->retransmitted(now.steady, sequence, settings_.protocol);
    } else if (auto* leaving = std::get_if<Leaving>(&session.state)) {
        leaving->transaction.retransmitted(now.steady, sequence, settings_.protocol);
    }
    send_pbu(now, session, sequence, out);
}

// RFC 7077 section 5.2: the list of P-MAARs that we have is out of date; the answer to a renewal
// is a complete one. The renewal is the acknowledgement, unless another is asked for.
void MaarEngine::on_notice(const Now& now,
                           const MessageReceived& event,
                           const wire::UpdateNotification& notice,
                           Actions& out) {
    const auto registration = read_registration(wire::effective_options(event.message));
    const auto mn = registration ? registration->mn : std::nullopt;
    if (event.from != settings_.cmd) {
        out.emplace_back(refused_note("unauthorised", event.from, mn));
        return;
    }
    MaarSession* session = mn ? find(*mn) : nullptr;
    const bool serves = session != nullptr && std::holds_alternative<Serving>(session->state);
    auto status = wire::upa_status::kSuccess;
    if (!serves) status = wire::upa_status::kMnNotAttached;
    if (notice.reason != wire::upn_reason::kForceReregistration)
        status = wire::upa_status::kFailedToUpdateSession;
    if (notice.acknowledge) {
        wire::Options options;
        if (mn) options.emplace_back(wire::MnIdentifier{*mn});
        out.emplace_back(
            Send{.from = settings_.address,
                 .to = event.from,
                 .message = wire::UpdateNotificationAck{
                     .sequence = notice.sequence, .status = status, .options = options}});
    }
    if (status != wire::upa_status::kSuccess) {
        const auto* reason = serves ? "unknown_reason" : "unknown_node";
        out.emplace_back(refused_note(reason, event.from, mn));
        return;
    }
    start_refresh(now, *session, out);
    arm(*session);
}

// A fresh stamp makes this the newest attachment, so it had better be one.
void MaarEngine::ask_and_resend(const Now& now, MaarSession& session, Actions& out) {
    auto* registering = std::get_if<Registering>(&session.state);
    if (registering != nullptr && probe(now, session, out)) {
        registering->probing = Probing{.next = now.steady + kProbeInterval, .sent = 1};
    } else {
        if (registering != nullptr) session.seen = now.wall;
        resend(now, session, out);
    }
}

void MaarEngine::send_pbu(const Now& now,
                          MaarSession& session,
                          std::uint16_t sequence,
                          Actions& out) {
    // A P-MAAR asks like this, too (RFC 8885 section 3.5): it registers nothing.
    const bool leaving = std::holds_alternative<Leaving>(session.state) ||
                         std::holds_alternative<Previous>(session.state);
    const auto& mac = session.attachment.mac.octets();
    Registration r;
    r.mn = session.mn;
    r.prefixes = session.own.prefixes;
    r.handoff = handoff_of(session);
    r.access_technology = settings_.access_technology;
    r.link_layer_id = Bytes(mac.begin(), mac.end());
    // A renewal takes no node from anybody, so it need not prove that the node is here.
    const bool claims = std::holds_alternative<Registering>(session.state);
    r.timestamp = wire::Timestamp::of(claims ? session.seen : now.wall);
    // RFC 8885 sections 4.7 and 4.8 have these in PBAs only; a CMD that is a proxy learns them
    // nowhere else.
    r.dlif = session.own.dlif;
    r.local_prefixes = session.own.local_prefixes;
    // Nor does a CMD that has begun anew learn the P-MAARs from anybody else.
    if (!leaving) r.previous = session.anchors;
    const std::uint16_t lifetime =
        leaving ? std::uint16_t{0} : wire::lifetime_units(settings_.protocol.lifetime);
    out.emplace_back(Send{.from = settings_.address,
                          .to = settings_.cmd,
                          .message = wire::ProxyBindingUpdate{.sequence = sequence,
                                                              .flags = wire::bu_flag::kDmmPbu,
                                                              .lifetime = lifetime,
                                                              .options = write_registration(r)}});
}

}  // namespace dmm::core
