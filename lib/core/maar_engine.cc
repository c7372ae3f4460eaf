#include "lib/core/maar_engine.h"

#include <algorithm>
#include <utility>

#include "lib/base/assert.h"
#include "lib/base/text.h"
#include "lib/core/mutant.h"
#include "lib/core/plan.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// A kernel that was out of something may have it again.
constexpr Duration kRetryAfter = std::chrono::seconds(5);

std::optional<SteadyTime> deadline_of(const MaarSession& session) {
    if (const auto* registering = std::get_if<Registering>(&session.state)) {
        if (registering->contested_by) return registering->contested_until;
        if (registering->probing) return registering->probing->next;
        return registering->transaction.retransmit_at();
    }
    if (const auto* serving = std::get_if<Serving>(&session.state)) {
        const auto probe = serving->probing ? std::optional(serving->probing->next) : std::nullopt;
        // A node that has left is not renewed; its lifetime runs out (RFC 8885 section 3.5).
        const SteadyTime renewal =
            serving->refresh ? serving->refresh->retransmit_at() : serving->refresh_at;
        if (session.absent) {
            const auto told = serving->untold ? std::optional(renewal) : std::nullopt;
            return earlier(earlier(serving->expires_at, probe), told);
        }
        std::optional<SteadyTime> idle;
        for (const AnchorUse& use : session.uses)
            idle = earlier(idle, use.due);
        return earlier(earlier(probe ? *probe : renewal, serving->adverts.next), idle);
    }
    if (const auto* previous = std::get_if<Previous>(&session.state)) {
        const auto told = previous->telling ? std::optional(previous->telling->retransmit_at())
                                            : previous->tell_at;
        return earlier(earlier(previous->forget_at, previous->retry_at), told);
    }
    if (const auto* leaving = std::get_if<Leaving>(&session.state)) {
        return leaving->transaction.retransmit_at();
    }
    return std::get<Refused>(session.state).until;
}

Note node_refused(const MnId& mn, const Attachment& attachment, std::string_view reason) {
    return {NoteKind::NodeRefused,
            {{"mn", to_text(mn)},
             {"mac", to_text(attachment.mac)},
             {"link", attachment.link.name},
             {"reason", std::string(reason)}}};
}

}  // namespace

std::string_view state_name(const MaarSession& session) {
    struct Namer {
        std::string_view operator()(const Registering& /*s*/) const { return "registering"; }

        std::string_view operator()(const Serving& /*s*/) const { return "serving"; }

        std::string_view operator()(const Previous& /*s*/) const { return "previous"; }

        std::string_view operator()(const Leaving& /*s*/) const { return "leaving"; }

        std::string_view operator()(const Refused& /*s*/) const { return "refused"; }
    };

    return std::visit(Namer{}, session.state);
}

bool is_here(const MaarSession& session) {
    return std::holds_alternative<Registering>(session.state) ||
           std::holds_alternative<Serving>(session.state);
}

MaarEngine::MaarEngine(MaarSettings settings, Seed seed)
    : settings_(std::move(settings)),
      rng_(seed),
      pool_(settings_.pool, settings_.quarantine),
      heartbeats_(settings_.address, settings_.protocol) {}

Actions MaarEngine::handle(const Now& now, const Event& event) {
    Actions out;
    std::visit([&](const auto& e) { on(now, e, out); }, event);
    return out;
}

MnId MaarEngine::identify(const LinkLayerAddress& mac) const {
    if (const auto known = settings_.nodes.find(mac); known != settings_.nodes.end()) {
        return known->second;
    }
    if (const auto here = by_mac_.find(mac); here != by_mac_.end()) return here->second;
    return MnId::eui48(mac);
}

MaarSession* MaarEngine::find(const MnId& mn) {
    const auto it = sessions_.find(mn);
    return it == sessions_.end() ? nullptr : &it->second;
}

void MaarEngine::enter(const Now& now, MaarSession& session, MaarState state) {
    session.state = std::move(state);
    session.since = now.steady;
    if (is_here(session))
        by_mac_.insert_or_assign(session.attachment.mac, session.mn);
    else if (by_mac_.contains(session.attachment.mac)) {
        if (by_mac_.at(session.attachment.mac) == session.mn) by_mac_.erase(session.attachment.mac);
    }
}

void MaarEngine::arm(const MaarSession& session) {
    deadlines_.set(session.serial, deadline_of(session));
    changed_.insert(session.mn);
}

// States the session's wish anew if it has changed or was refused before.
void MaarEngine::want(MaarSession& session, Actions& out) {
    SessionForwarding wish = plan(session, settings_);
    if (wish == session.wished && !session.error) return;
    last_revision_.value += 1;
    session.wished = std::move(wish);
    session.wanted = last_revision_;
    session.error.reset();
    out.emplace_back(
        Want{.mn = session.mn, .revision = session.wanted, .forwarding = session.wished});
}

void MaarEngine::on(const Now& now, const RouterSolicited& event, Actions& out) {
    attach(now,
           identify(event.mac),
           {.link = event.link, .mac = event.mac, .link_local = event.source},
           out);
}

void MaarEngine::on(const Now& now, const MnAttached& event, Actions& out) {
    const MnId mn = event.mn ? *event.mn : identify(event.mac);
    // RFC 5213 section 6.9.1.2 has a refused node wait for an administrator: this is one.
    MaarSession* session = find(mn);
    if (session != nullptr && std::holds_alternative<Refused>(session->state)) {
        remove_session(now, *session, out);
    }
    attach(now, mn, {.link = event.link, .mac = event.mac, .link_local = {}}, out);
}

void MaarEngine::attach(const Now& now,
                        const MnId& mn,
                        const Attachment& attachment,
                        Actions& out) {
    MaarSession* session = find(mn);
    if (draining_since_ && (session == nullptr || !is_here(*session))) {
        out.emplace_back(node_refused(mn, attachment, "draining"));
        return;
    }
    if (session == nullptr) {
        const bool known = settings_.nodes.contains(attachment.mac);
        if (settings_.known_nodes_only && !known) {
            out.emplace_back(node_refused(mn, attachment, "not_configured"));
            return;
        }
        session = create_session(now, mn, attachment, out);
        if (session == nullptr) return;
    } else if (is_here(*session)) {
        attach_again(now, *session, attachment, out);
        return;
    } else if (std::holds_alternative<Refused>(session->state)) {
        return;
    }
    session->attachment = attachment;
    session->absent = false;
    session->seen = now.wall;
    session->attached_at = now.steady;
    session->reply.reset();
    out.emplace_back(Note{
        NoteKind::Attached,
        {{"mn", to_text(mn)}, {"mac", to_text(attachment.mac)}, {"link", attachment.link.name}}});
    start_registering(now, *session, out);
    arm(*session);
}

// Seen again while it is here: it asks for advertisements, or it changed its link or address.
void MaarEngine::attach_again(const Now& now,
                              MaarSession& session,
                              const Attachment& attachment,
                              Actions& out) {
    session.absent = false;
    session.seen = now.wall;
    const bool moved =
        attachment.link != session.attachment.link || attachment.mac != session.attachment.mac;
    if (moved) {
        by_mac_.erase(session.attachment.mac);
        session.attachment = attachment;
        by_mac_.insert_or_assign(attachment.mac, session.mn);
    } else if (!attachment.link_local.is_unspecified()) {
        session.attachment.link_local = attachment.link_local;
    }
    want(session, out);
    if (auto* registering = std::get_if<Registering>(&session.state)) {
        if (registering->contested_by || registering->probing) {
            settle_doubt(now, session, *registering, out);
        } else {
            registering->solicited_again = true;
        }
    } else if (auto* serving = std::get_if<Serving>(&session.state)) {
        serving->adverts.own_due = true;
        serving->adverts.anchored_due = true;
        serving->adverts.repeated = 0;
        advertise_due(now, session, out);
        confirm(now, session, out);
    }
    arm(session);
}

// A node that solicits again may have been away: an order to redirect it may be on its way
// here, caused by an attachment that is older than this one. A fresh PBU tells the CMD where
// the node is now. RFC 6275 section 12: not more than MAX_UPDATE_RATE in a second; what is too
// much becomes one PBU after it.
void MaarEngine::confirm(const Now& now, MaarSession& session, Actions& out) {
    if (now.steady - session.confirmed_since >= std::chrono::seconds(1)) {
        session.confirmed_since = now.steady;
        session.confirmed = 0;
    }
    if (session.confirmed == limits::kUpdatesPerSecond) {
        auto& serving = std::get<Serving>(session.state);
        serving.unconfirmed = true;
        serving.refresh_at = session.confirmed_since + std::chrono::seconds(1);
        return;
    }
    ++session.confirmed;
    start_registering(now, session, out);
}

MaarSession* MaarEngine::create_session(const Now& now,
                                        const MnId& mn,
                                        const Attachment& attachment,
                                        Actions& out) {
    if (sessions_.size() >= limits::kMaarSessions) {
        out.emplace_back(node_refused(mn, attachment, "too_many_sessions"));
        return nullptr;
    }
    const std::optional<Prefix> prefix = pool_.allocate(now.steady, mn);
    if (!prefix) {
        const bool rest = pool_.resting() > 0;
        out.emplace_back(
            node_refused(mn, attachment, rest ? "pool_in_quarantine" : "pool_exhausted"));
        return nullptr;
    }
    return &add_session(now, mn, attachment, {*prefix});
}

MaarSession& MaarEngine::add_session(const Now& now,
                                     const MnId& mn,
                                     const Attachment& attachment,
                                     std::vector<Prefix> prefixes) {
    last_serial_.value += 1;
    const auto [it, fresh] = sessions_.try_emplace(
        mn,
        MaarSession{.mn = mn,
                    .serial = last_serial_,
                    .own = {.maar = settings_.address,
                            .prefixes = std::move(prefixes),
                            .dlif = derive_dlif(settings_.address),
                            .local_prefixes = settings_.local_prefixes},
                    .attachment = attachment,
                    .absent = false,
                    .seen = now.wall,
                    .probed = {},
                    .state = Refused{.until = now.steady, .status = Status::Accepted},
                    .anchors = {},
                    .uses = {},
                    .accepted = {},
                    .next_sequence = static_cast<std::uint16_t>(rng_.below(65536)),
                    .reply = std::nullopt,
                    .wished = {},
                    .wanted = {},
                    .applied = {},
                    .error = std::nullopt,
                    .since = now.steady,
                    .attached_at = now.steady,
                    .confirmed_since = now.steady,
                    .confirmed = 0});
    DMM_ASSERT(fresh);
    by_serial_.emplace(last_serial_, &it->second);
    return it->second;
}

void MaarEngine::remove_session(const Now& now, MaarSession& session, Actions& out) {
    if (!session.wished.empty() || session.error) {
        last_revision_.value += 1;
        out.emplace_back(Want{.mn = session.mn, .revision = last_revision_, .forwarding = {}});
    }
    for (const Prefix& prefix : session.own.prefixes)
        pool_.release(now.steady, prefix, session.mn);
    deadlines_.set(session.serial, std::nullopt);
    by_serial_.erase(session.serial);
    const auto here = by_mac_.find(session.attachment.mac);
    if (here != by_mac_.end() && here->second == session.mn) by_mac_.erase(here);
    // A copy: the key lives in the session that goes.
    const MnId mn = session.mn;
    sessions_.erase(mn);
    changed_.insert(mn);
}

void MaarEngine::on(const Now& now, const MnDetached& event, Actions& out) {
    MaarSession* session = find(event.mn);
    if (session == nullptr || !is_here(*session)) return;
    go_absent(now, *session, "reported", out);
    if (event.deregister) start_leaving(now, *session, out);
    arm(*session);
}

void MaarEngine::on(const Now& now, const Draining& event, Actions& /*out*/) {
    if (!event.on)
        draining_since_.reset();
    else if (!draining_since_)
        draining_since_ = now.steady;
}

void MaarEngine::on(const Now& /*now*/, const MessageRejected& event, Actions& out) {
    out.emplace_back(
        Note{NoteKind::MessageMalformed,
             {{"reason", std::string(name_of(event.error.fault))}, {"from", to_text(event.from)}}});
}

void MaarEngine::on(const Now& now, const ForwardingApplied& event, Actions& out) {
    MaarSession* session = find(event.mn);
    const bool any = mutated(Mutant::OldKernelAnswer);
    if (session == nullptr || (event.revision != session->wanted && !any)) return;
    session->applied = any ? session->wanted : event.revision;
    session->error.reset();
    if (session->reply && session->reply->revision <= event.revision) {
        const SteadyTime asked_at = session->reply->asked_at;
        send_reply(*session, out);
        if (const auto* previous = std::get_if<Previous>(&session->state)) {
            out.emplace_back(Note{NoteKind::Handover,
                                  {{"mn", to_text(session->mn)},
                                   {"to", to_text(previous->serving)},
                                   {"took", to_text(now.steady - asked_at)}}});
        }
    }
    advertise_due(now, *session, out);
    arm(*session);
}

void MaarEngine::on(const Now& now, const ForwardingFailed& event, Actions& out) {
    MaarSession* session = find(event.mn);
    out.emplace_back(Note{NoteKind::ForwardingFailed,
                          {{"mn", to_text(event.mn)},
                           {"operation", event.error.operation},
                           {"error", event.error.text}}});
    if (session == nullptr || event.revision != session->wanted) return;
    session->error = event.error;
    if (session->reply) {
        // The CMD must not believe that the flows are on their way.
        session->reply->ack.status = Status::ForwardingSetupFailed;
        session->reply->ack.lifetime = 0;
        send_reply(*session, out);
        if (std::holds_alternative<Previous>(session->state)) {
            // It gives this anchor up, and will not say so.
            remove_session(now, *session, out);
            return;
        }
    }
    if (auto* previous = std::get_if<Previous>(&session->state)) {
        previous->retry_at = now.steady + kRetryAfter;
    }
    // What stands is kept and tried again with the next advertisement.
    if (auto* serving = std::get_if<Serving>(&session->state)) schedule_advert(now, *serving);
    arm(*session);
}

void MaarEngine::on(const Now& now, const Tick& /*event*/, Actions& out) {
    heartbeats_.tick(now, out);
    for (const Serial serial : deadlines_.take_due(now.steady)) {
        MaarSession& session = *by_serial_.at(serial);
        bool gone = false;
        if (std::holds_alternative<Registering>(session.state)) {
            gone = tick_registering(now, session, out);
        } else if (std::holds_alternative<Serving>(session.state)) {
            tick_serving(now, session, out);
        } else {
            gone = tick_last(now, session, out);
        }
        if (gone) continue;
        arm(session);
    }
}

}  // namespace dmm::core
