#include "agent/handover_view.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "agent/views.h"
#include "lib/base/glob.h"

namespace dmm::agent {
namespace {

template <typename Unit>
std::uint64_t whole(Duration duration) {
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(std::chrono::duration_cast<Unit>(duration).count(), 0));
}

std::string_view name_of(Handover::Kind kind) {
    switch (kind) {
        case Handover::Kind::Attachment:
            return "attach";
        case Handover::Kind::Move:
            return "handover";
        case Handover::Kind::Redirect:
            return "redirect";
        case Handover::Kind::Release:
            return "release";
    }
    std::unreachable();
}

std::string_view name_of(Handover::State state) {
    switch (state) {
        case Handover::State::UnderWay:
            return "under_way";
        case Handover::State::Done:
            return "done";
        case Handover::State::Refused:
            return "refused";
        case Handover::State::Unanswered:
            return "unanswered";
        case Handover::State::Overtaken:
            return "overtaken";
        case Handover::State::Ended:
            return "ended";
    }
    std::unreachable();
}

std::string_view name_of(HandoverStep::What what) {
    switch (what) {
        case HandoverStep::What::Solicited:
            return "solicited";
        case HandoverStep::What::Attached:
            return "attached";
        case HandoverStep::What::Heard:
            return "heard";
        case HandoverStep::What::Sent:
            return "sent";
        case HandoverStep::What::Received:
            return "received";
        case HandoverStep::What::Wished:
            return "wished";
        case HandoverStep::What::Applied:
            return "applied";
        case HandoverStep::What::Failed:
            return "failed";
        case HandoverStep::What::Advertised:
            return "advertised";
        case HandoverStep::What::Deprecated:
            return "deprecated";
    }
    std::unreachable();
}

// As RFC 5213 calls them.
std::string_view message_name(std::uint8_t mh_type) {
    if (mh_type == std::to_underlying(wire::MhType::BindingUpdate)) return "PBU";
    if (mh_type == std::to_underlying(wire::MhType::BindingAck)) return "PBA";
    return wire::mh_type_name(mh_type);
}

control::HandoverStepView view_of(const HandoverStep& step) {
    const bool is_message =
        step.what == HandoverStep::What::Sent || step.what == HandoverStep::What::Received;
    control::HandoverStepView view;
    view.at_us = whole<std::chrono::microseconds>(step.at);
    view.step = name_of(step.what);
    view.revision = step.revision;
    if (!is_message) return view;
    view.message = message_name(step.mh_type);
    view.peer = to_text(step.peer);
    view.sequence = step.sequence;
    if (step.mh_type == std::to_underlying(wire::MhType::BindingAck)) {
        view.status = to_text(Status{step.status});
    }
    return view;
}

}  // namespace

std::vector<control::HandoverView> handover_views(const HandoverLog& log,
                                                  const Settings& settings,
                                                  const Now& now,
                                                  std::string_view mn) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    const std::string here = to_text(address_of(settings));
    std::vector<control::HandoverView> out;
    for (const Handover* handover : log.newest_first()) {
        control::HandoverView view;
        view.mn = to_text(handover->mn);
        if (!mn.empty() && !matches_glob(mn, view.mn)) continue;
        view.kind = name_of(handover->kind);
        view.state = name_of(handover->state);
        if (handover->from) view.from = to_text(*handover->from);
        if (handover->to) view.to = to_text(*handover->to);
        view.here = here;
        view.cmd = maar != nullptr ? to_text(maar->cmd) : here;
        view.began_ms = whole<std::chrono::milliseconds>(handover->began.wall.since_epoch);
        view.ago_ms = whole<std::chrono::milliseconds>(now.steady - handover->began.steady);
        view.took_us = whole<std::chrono::microseconds>(handover->took);
        for (const HandoverStep& step : handover->steps)
            view.steps.push_back(view_of(step));
        view.left_out = handover->left_out;
        out.push_back(std::move(view));
    }
    return out;
}

}  // namespace dmm::agent
