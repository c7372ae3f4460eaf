#include "agent/handover_log.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace dmm::agent {
namespace {

using core::NoteKind;
using What = HandoverStep::What;
using State = Handover::State;
using Kind = Handover::Kind;

// What follows so soon after the end belongs to it: further answers of a CMD that does not wait
// for all P-MAARs, and PBUs that waited for their turn.
constexpr std::chrono::seconds kAftermath{1};
// What has not come to an end until then never will.
constexpr std::chrono::minutes kLongest{2};

const MnId* node_of(const wire::Message& message) {
    const wire::Options* options = options_of(message);
    const auto* mn = options == nullptr ? nullptr : wire::find<wire::MnIdentifier>(*options);
    return mn == nullptr || mn->id.identifier.empty() ? nullptr : &mn->id;
}

HandoverStep step_of(What what, const wire::Message& message, const Ip6Address& peer) {
    HandoverStep step{.what = what, .mh_type = mh_type_of(message), .peer = peer};
    if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&message)) {
        step.sequence = pbu->sequence;
    } else if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&message)) {
        step.sequence = pba->sequence;
        step.status = std::to_underlying(pba->status);
    } else if (const auto* notification = std::get_if<wire::UpdateNotification>(&message)) {
        step.sequence = notification->sequence;
    } else if (const auto* ack = std::get_if<wire::UpdateNotificationAck>(&message)) {
        step.sequence = ack->sequence;
        step.status = ack->status;
    }
    return step;
}

bool deprecates(const wire::RouterAdvert& advert) {
    return !advert.prefixes.empty() &&
           std::ranges::all_of(advert.prefixes, [](const wire::PrefixInformation& prefix) {
               return prefix.preferred == std::chrono::seconds{};
           });
}

// The node of the first message or wish.
const MnId* node_in(const core::Actions& actions) {
    for (const core::Action& action : actions) {
        if (const auto* want = std::get_if<core::Want>(&action)) return &want->mn;
        const auto* send = std::get_if<core::Send>(&action);
        const MnId* mn = send == nullptr ? nullptr : node_of(send->message);
        if (mn != nullptr) return mn;
    }
    return nullptr;
}

// Of the node that an event is about, where it has a name; else nullptr.
const MnId* node_of(const core::Event& event) {
    if (const auto* received = std::get_if<core::MessageReceived>(&event)) {
        return node_of(received->message);
    }
    if (const auto* applied = std::get_if<core::ForwardingApplied>(&event)) return &applied->mn;
    if (const auto* failed = std::get_if<core::ForwardingFailed>(&event)) return &failed->mn;
    return nullptr;
}

// Not the router to which the first message of all went, the CMD.
bool goes_to_previous_maar(const Handover& handover, const Ip6Address& to) {
    const auto first = std::ranges::find(handover.steps, What::Sent, &HandoverStep::what);
    return first != handover.steps.end() && first->peer != to;
}

LinkLayerAddress mac_in(const core::Event& event) {
    if (const auto* solicited = std::get_if<core::RouterSolicited>(&event)) return solicited->mac;
    if (const auto* attached = std::get_if<core::MnAttached>(&event)) return attached->mac;
    if (const auto* heard = std::get_if<core::NodeHeard>(&event)) return heard->mac;
    return {};
}

}  // namespace

struct HandoverLog::Signs {
    bool attached = false;
    bool registered = false;
    bool moved = false;
    bool wished = false;
};

HandoverLog::Signs HandoverLog::signs_of(const core::Actions& actions) {
    Signs out;
    for (const core::Action& action : actions) {
        if (std::holds_alternative<core::Want>(action)) out.wished = true;
        const auto* note = std::get_if<core::Note>(&action);
        if (note == nullptr) continue;
        if (note->kind == NoteKind::Attached) out.attached = true;
        if (note->kind == NoteKind::Registered) out.registered = true;
        if (note->kind == NoteKind::Handover) out.moved = true;
    }
    return out;
}

void HandoverLog::observe(const Now& now, const core::Event& event, const core::Actions& actions) {
    begin(now, event, actions);
    if (ring_.empty()) return;
    see_event(now, event);
    for (const core::Action& action : actions)
        see_action(now, action, node_of(event));
    for (Handover& handover : ring_) {
        if (handover.state == State::UnderWay) settle(handover, now);
    }
}

void HandoverLog::begin(const Now& now, const core::Event& event, const core::Actions& actions) {
    const Signs signs = signs_of(actions);
    if (signs.attached) {
        const MnId* mn = node_in(actions);
        if (mn == nullptr) return;
        Handover& made = make(now, *mn, Kind::Attachment);
        made.mac = mac_in(event);
        made.to = self_;
        return;
    }
    const auto* received = std::get_if<core::MessageReceived>(&event);
    if (received == nullptr) return;
    const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&received->message);
    const MnId* mn = pbu == nullptr ? nullptr : node_of(received->message);
    if (mn == nullptr) return;
    if (signs.wished) {
        Handover& made = make(now, *mn, pbu->lifetime == 0 ? Kind::Release : Kind::Redirect);
        made.from = self_;
        if (const auto* serving = wire::find<wire::ServingMaar>(pbu->options)) {
            made.to = serving->address;
        }
    } else if (signs.registered || signs.moved) {
        make(now, *mn, signs.moved ? Kind::Move : Kind::Attachment).to = received->from;
    }
}

Handover& HandoverLog::make(const Now& now, const MnId& mn, Kind kind) {
    if (Handover* older = open(now, mn); older != nullptr && older->state == State::UnderWay) {
        end(*older, now, State::Overtaken);
    }
    if (ring_.size() < kMost) {
        ring_.emplace_back();
        next_ = ring_.size() - 1;
    }
    Handover& out = ring_[next_];
    next_ = (next_ + 1) % kMost;
    std::vector<HandoverStep> steps = std::move(out.steps);
    std::vector<Ip6Address> awaited = std::move(out.awaited);
    steps.clear();
    awaited.clear();
    out = Handover{.mn = mn,
                   .mac = {},
                   .kind = kind,
                   .from = {},
                   .to = {},
                   .began = now,
                   .steps = std::move(steps),
                   .awaited = std::move(awaited)};
    return out;
}

bool HandoverLog::is_open(const Now& now, const Handover& handover) {
    const Duration age = now.steady - handover.began.steady;
    if (handover.state == State::UnderWay) return age < kLongest;
    return handover.state == State::Done && age < handover.took + kAftermath;
}

Handover* HandoverLog::open(const Now& now, const MnId& mn) {
    const auto found = std::ranges::find_if(
        ring_, [&](const Handover& h) { return is_open(now, h) && h.mn == mn; });
    if (found == ring_.end()) return nullptr;
    // The newer of two: the other is over and may still be in its aftermath.
    const auto later = std::find_if(found + 1, ring_.end(), [&](const Handover& h) {
        return h.state == State::UnderWay && h.mn == mn;
    });
    return later == ring_.end() ? &*found : &*later;
}

Handover* HandoverLog::open(const Now& now, const LinkLayerAddress& mac) {
    if (mac.is_zero()) return nullptr;
    const auto found = std::ranges::find_if(
        ring_, [&](const Handover& h) { return h.mac == mac && is_open(now, h); });
    return found == ring_.end() ? nullptr : &*found;
}

Handover* HandoverLog::named(const Now& now, const core::Note& note) {
    const std::string_view name = note.field("mn");
    const auto found = std::ranges::find_if(ring_, [&](const Handover& h) {
        return h.state == State::UnderWay && is_open(now, h) && to_text(h.mn) == name;
    });
    return found == ring_.end() ? nullptr : &*found;
}

void HandoverLog::see_event(const Now& now, const core::Event& event) {
    if (const auto* received = std::get_if<core::MessageReceived>(&event)) {
        const MnId* mn = node_of(received->message);
        Handover* handover = mn == nullptr ? nullptr : open(now, *mn);
        if (handover == nullptr) return;
        add(*handover, now, step_of(What::Received, received->message, received->from));
        const auto* pba = std::get_if<wire::ProxyBindingAck>(&received->message);
        if (pba != nullptr) see_answer(*handover, received->from, *pba);
    } else if (const auto* applied = std::get_if<core::ForwardingApplied>(&event)) {
        Handover* handover = open(now, applied->mn);
        if (handover == nullptr) return;
        handover->applied = std::max(handover->applied, applied->revision.value);
        add(*handover,
            now,
            {.what = What::Applied, .revision = applied->revision.value, .peer = {}});
    } else if (const auto* failed = std::get_if<core::ForwardingFailed>(&event)) {
        Handover* handover = open(now, failed->mn);
        if (handover == nullptr) return;
        add(*handover, now, {.what = What::Failed, .revision = failed->revision.value, .peer = {}});
    } else if (Handover* handover = open(now, mac_in(event))) {
        What what = What::Attached;
        if (std::holds_alternative<core::RouterSolicited>(event)) what = What::Solicited;
        if (std::holds_alternative<core::NodeHeard>(event)) what = What::Heard;
        add(*handover, now, {.what = what, .peer = {}});
    }
}

void HandoverLog::see_answer(Handover& handover,
                             const Ip6Address& from,
                             const wire::ProxyBindingAck& pba) const {
    std::erase(handover.awaited, from);
    if (handover.to != self_) return;
    if (goes_to_previous_maar(handover, from)) {
        // As locator the CMD names no P-MAAR: they answer the S-MAAR themselves.
        handover.kind = Kind::Move;
        if (!handover.from) handover.from = from;
    }
    if (is_accepted(pba.status)) handover.answered = true;
}

void HandoverLog::see_action(const Now& now, const core::Action& action, const MnId* mn_of_event) {
    if (const auto* note = std::get_if<core::Note>(&action)) {
        see_note(now, *note, mn_of_event);
    } else if (const auto* send = std::get_if<core::Send>(&action)) {
        see_message(now, *send);
    } else if (const auto* want = std::get_if<core::Want>(&action)) {
        Handover* handover = open(now, want->mn);
        if (handover == nullptr) return;
        handover->wished = want->revision.value;
        if (handover->state == State::Done) handover->state = State::UnderWay;
        add(*handover, now, {.what = What::Wished, .revision = want->revision.value, .peer = {}});
    } else if (const auto* advertise = std::get_if<core::Advertise>(&action)) {
        Handover* handover = open(now, advertise->dlif.mn);
        if (handover == nullptr) return;
        const What what = deprecates(advertise->advert) ? What::Deprecated : What::Advertised;
        add(*handover, now, {.what = what, .peer = {}});
    }
}

void HandoverLog::see_message(const Now& now, const core::Send& sent) {
    const MnId* mn = node_of(sent.message);
    Handover* handover = mn == nullptr ? nullptr : open(now, *mn);
    if (handover == nullptr) return;
    add(*handover, now, step_of(What::Sent, sent.message, sent.to));
    const bool is_pbu = std::holds_alternative<wire::ProxyBindingUpdate>(sent.message);
    const bool here = handover->to == self_;
    if (is_pbu && (!here || goes_to_previous_maar(*handover, sent.to))) {
        handover->delayed = false;
        if (std::ranges::count(handover->awaited, sent.to) == 0) {
            handover->awaited.push_back(sent.to);
        }
        if (handover->state == State::Done) handover->state = State::UnderWay;
    }
    const auto* pba = std::get_if<wire::ProxyBindingAck>(&sent.message);
    if (pba == nullptr || handover->state != State::UnderWay) return;
    handover->answered = true;
    if (!is_accepted(pba->status)) end(*handover, now, State::Refused);
}

void HandoverLog::see_note(const Now& now, const core::Note& note, const MnId* mn_of_event) {
    const bool tells = note.kind == NoteKind::Handover || note.kind == NoteKind::NoAnswer ||
                       note.kind == NoteKind::RegistrationRefused ||
                       note.kind == NoteKind::Deregistered || note.kind == NoteKind::Expired ||
                       note.kind == NoteKind::UpdateDelayed;
    if (!tells) return;
    Handover* handover = mn_of_event != nullptr ? open(now, *mn_of_event) : named(now, note);
    if (handover == nullptr || handover->state != State::UnderWay) return;
    if (note.kind == NoteKind::Handover) {
        if (handover->kind == Kind::Attachment) handover->kind = Kind::Move;
        if (!handover->from) handover->from = Ip6Address::parse(note.field("from"));
    } else if (note.kind == NoteKind::UpdateDelayed) {
        handover->delayed = true;
    } else if (note.kind == NoteKind::RegistrationRefused) {
        end(*handover, now, State::Refused);
    } else if (note.kind == NoteKind::NoAnswer) {
        end(*handover, now, State::Unanswered);
    } else if (handover->kind != Kind::Release) {
        end(*handover, now, State::Ended);
    }
}

void HandoverLog::add(Handover& handover, const Now& now, HandoverStep step) {
    if (handover.steps.size() == kMostSteps) {
        ++handover.left_out;
        return;
    }
    step.at = now.steady - handover.began.steady;
    handover.steps.push_back(step);
}

void HandoverLog::settle(Handover& handover, const Now& now) {
    const bool forwarded = handover.applied >= handover.wished;
    const bool told = handover.awaited.empty() && !handover.delayed;
    if (handover.answered && forwarded && told) {
        end(handover, now, State::Done);
    } else if (now.steady - handover.began.steady >= kLongest) {
        end(handover, now, State::Unanswered);
    }
}

void HandoverLog::end(Handover& handover, const Now& now, State state) {
    handover.state = state;
    handover.took = now.steady - handover.began.steady;
}

std::vector<const Handover*> HandoverLog::newest_first() const {
    std::vector<const Handover*> out;
    out.reserve(ring_.size());
    for (std::size_t i = 1; i <= ring_.size(); ++i) {
        out.push_back(&ring_[(next_ + kMost - i) % kMost]);
    }
    return out;
}

}  // namespace dmm::agent
