#include "agent/phase_times.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace dmm::agent {
namespace {

enum Kind : std::uint8_t { Update, Beat };

const MnId* node_in(const wire::Options& options) {
    // It is the first as a rule.
    for (const wire::Option& option : options) {
        if (const auto* named = std::get_if<wire::MnIdentifier>(&option)) return &named->id;
    }
    return nullptr;
}

}  // namespace

void RoundTrip::take(Duration sample) {
    constexpr int kShare = 8;
    smoothed = last ? smoothed + (sample - smoothed) / kShare : sample;
    last = sample;
}

PhaseTimes::PhaseTimes(const std::vector<Ip6Address>& peers) {
    for (const Ip6Address& peer : peers)
        peers_.try_emplace(peer);
}

void PhaseTimes::begin(const Now& now, const core::Event& event) {
    turn_ = {};
    if (const auto* received = std::get_if<core::MessageReceived>(&event)) {
        begin_message(now, *received);
    } else if (std::holds_alternative<core::RouterSolicited>(event) ||
               std::holds_alternative<core::MnAttached>(event)) {
        turn_.attaches = true;
    } else if (const auto* applied = std::get_if<core::ForwardingApplied>(&event)) {
        turn_.node = pending_key(applied->mn);
        Attachment* attachment = attachments_.find(*turn_.node);
        if (attachment != nullptr && attachment->wanted == applied->revision)
            attachment->applied = true;
    } else if (const auto* failed = std::get_if<core::ForwardingFailed>(&event)) {
        turn_.node = pending_key(failed->mn);
        const Attachment* attachment = attachments_.find(*turn_.node);
        turn_.failed = attachment != nullptr && attachment->wanted == failed->revision;
    }
}

void PhaseTimes::begin_message(const Now& now, const core::MessageReceived& event) {
    if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&event.message)) {
        by_peers_.put(pending_key(event.from, pbu->sequence, Kind::Update),
                      now.steady,
                      {.at = now.steady, .ends = pbu->lifetime == 0});
    } else if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&event.message)) {
        begin_answer(now, event.from, *pba);
    } else if (const auto* beat = std::get_if<wire::Heartbeat>(&event.message)) {
        if (!beat->response || beat->unsolicited) return;
        const auto asked = by_us_.take(pending_key(event.from, beat->sequence, Kind::Beat));
        const auto peer = asked ? peers_.find(event.from) : peers_.end();
        if (peer != peers_.end()) peer->second.heartbeat.take(now.steady - asked->at);
    }
}

void PhaseTimes::begin_answer(const Now& now,
                              const Ip6Address& from,
                              const wire::ProxyBindingAck& pba) {
    turn_.is_answer = true;
    received_statuses_[static_cast<std::size_t>(pba.status)] += 1;
    if (const MnId* mn = node_in(pba.options)) turn_.node = pending_key(*mn);
    const auto asked = by_us_.take(pending_key(from, pba.sequence, Kind::Update));
    if (!asked) return;
    phases_.round_trip.record(now.steady - asked->at);
    const auto peer = peers_.find(from);
    if (peer != peers_.end()) peer->second.update.take(now.steady - asked->at);
    if (!asked->ends) ++(is_accepted(pba.status) ? results_.told : results_.told_refused);
}

void PhaseTimes::take(const Now& now, const core::Action& action) {
    if (const auto* send = std::get_if<core::Send>(&action)) {
        take_sent(now, *send);
    } else if (const auto* want = std::get_if<core::Want>(&action)) {
        take_wish(*want);
    } else if (std::holds_alternative<core::Advertise>(action)) {
        turn_.advertised = true;
    } else if (const auto* note = std::get_if<core::Note>(&action)) {
        take_note(*note);
    }
}

void PhaseTimes::take_sent(const Now& now, const core::Send& send) {
    if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&send.message)) {
        take_answer(send.to, *pba);
    } else if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&send.message)) {
        by_us_.put(pending_key(send.to, pbu->sequence, Kind::Update),
                   now.steady,
                   {.at = now.steady, .ends = pbu->lifetime == 0});
        if (!turn_.attached) return;
        const MnId* mn = node_in(pbu->options);
        if (mn == nullptr) return;
        turn_.node = pending_key(*mn);
        // What the kernel was told before stands, unless a wish follows.
        Attachment attachment;
        attachment.at = now.steady;
        attachment.applied = true;
        attachments_.put(*turn_.node, now.steady, attachment);
    } else if (const auto* beat = std::get_if<wire::Heartbeat>(&send.message)) {
        if (beat->response) return;
        by_us_.put(
            pending_key(send.to, beat->sequence, Kind::Beat), now.steady, {.at = now.steady});
    }
}

void PhaseTimes::take_answer(const Ip6Address& to, const wire::ProxyBindingAck& pba) {
    sent_statuses_[static_cast<std::size_t>(pba.status)] += 1;
    const auto asked = by_peers_.take(pending_key(to, pba.sequence, Kind::Update));
    if (!asked) return;
    answered_.push_back(asked->at);
    if (asked->ends) return;
    if (is_accepted(pba.status)) {
        ++results_.left;
    } else {
        ++(pba.status == Status::ForwardingSetupFailed ? results_.left_failed
                                                       : results_.left_refused);
    }
}

void PhaseTimes::take_wish(const core::Want& want) {
    Attachment* attachment = attachments_.find(pending_key(want.mn));
    if (attachment == nullptr) return;
    attachment->wanted = want.revision;
    attachment->applied = false;
}

void PhaseTimes::take_note(const core::Note& note) {
    using core::NoteKind;
    if (note.kind == NoteKind::Attached) {
        turn_.attached = turn_.attaches;
    } else if (note.kind == NoteKind::Registered || note.kind == NoteKind::Refreshed) {
        turn_.accepted = turn_.is_answer;
    } else if (note.kind == NoteKind::Handover) {
        turn_.accepted = turn_.is_answer;
        turn_.moved = turn_.is_answer;
    } else if (note.kind == NoteKind::RegistrationRefused) {
        turn_.refused = true;
    } else if (note.kind == NoteKind::AnchorDropped && note.field("reason") == "no_answer") {
        ++results_.told_unanswered;
    }
}

void PhaseTimes::end(const Now& now) {
    if (!turn_.node) return;
    Attachment* attachment = attachments_.find(*turn_.node);
    if (attachment != nullptr) follow(now, *turn_.node, *attachment);
}

void PhaseTimes::follow(const Now& now, std::uint64_t node, Attachment& attachment) {
    const Duration since = now.steady - attachment.at;
    if (turn_.refused || turn_.failed) {
        ++(turn_.refused ? results_.refused : results_.failed);
        if (turn_.failed && attachment.moved) ++results_.arrived_failed;
        attachments_.take(node);
        return;
    }
    if (turn_.accepted && !attachment.accepted) {
        attachment.accepted = now.steady;
        attachment.moved = turn_.moved;
        phases_.registration.record(since);
    }
    if (turn_.advertised && !attachment.advertised) {
        attachment.advertised = true;
        phases_.attach.record(since);
    }
    if (!attachment.accepted || !attachment.applied || !attachment.advertised) return;
    phases_.forwarding.record(now.steady - *attachment.accepted);
    ++results_.served;
    if (attachment.moved) {
        phases_.handover.record(since);
        ++results_.arrived;
    }
    attachments_.take(node);
}

void PhaseTimes::flushed(SteadyTime now) {
    for (const SteadyTime at : answered_)
        phases_.answer.record(now - at);
    answered_.clear();
}

}  // namespace dmm::agent
