// Agent's requests: what `dmmctl` asks and orders.
#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "agent/agent.h"
#include "agent/handover_view.h"
#include "agent/metrics_view.h"
#include "agent/node_view.h"
#include "agent/views.h"
#include "lib/base/text.h"
#include "lib/config/load.h"

namespace dmm::agent {
namespace {

control::Failed failed(std::string message) {
    return {.code = 8, .message = std::move(message)};
}

// "TEXT: message", with the text quoted as the log would.
control::Failed failed(std::string_view text, const std::string& message) {
    return failed(quoted(text) + ": " + message);
}

Line change(const Caller& caller, std::string_view command) {
    Line line("");
    line.add("command", command).add("uid", caller.uid).add("pid", caller.pid);
    return line;
}

}  // namespace

control::Reply Agent::answer(const control::Request& request, const Caller& caller) {
    return std::visit([&](const auto& asked) { return answer_to(asked, caller); }, request);
}

control::StatusView Agent::status() {
    control::StatusView view = status_view(settings_, engine_, now().steady - started_);
    const auto* maar = std::get_if<core::MaarEngine>(&engine_);
    if (maar != nullptr && maar->draining_since()) {
        using std::chrono::milliseconds;
        const Duration draining = now().steady - *maar->draining_since();
        view.draining = true;
        view.draining_ms =
            static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(draining).count());
    }
    if (data_plane_ && data_plane_->driver().last_error()) {
        const KernelError& error = *data_plane_->driver().last_error();
        view.last_kernel_error = error.operation + ": " + error.text;
    }
    return view;
}

std::vector<control::NodeView> Agent::nodes(const control::NodeFilter& filter) {
    const SteadyTime at = now().steady;
    std::vector<control::NodeView> views =
        std::visit([&](const auto& role) { return node_views(role, at, filter); }, engine_);
    kernel::SourceFilter* counted = data_plane_ ? data_plane_->filter() : nullptr;
    if (counted != nullptr) add_traffic(views, traffic_.reading(*counted, at));
    return views;
}

std::string Agent::metrics() {
    kernel::SourceFilter* filter = data_plane_ ? data_plane_->filter() : nullptr;
    if (filter != nullptr) totals_.take(traffic_.reading(*filter, now().steady));
    return control::metrics_text(
        metrics_of({.settings = settings_,
                    .engine = engine_,
                    .counters = counters_,
                    .peers = signalling_.peers(),
                    .phases = phases_,
                    .driver = data_plane_ ? &data_plane_->driver() : nullptr,
                    .filter = filter,
                    .traffic = totals_,
                    .started = started_,
                    .now = now().steady,
                    .loop_turns = turns_}));
}

control::Reply Agent::answer_to(const control::MetricsRequest& /*request*/,
                                const Caller& /*caller*/) {
    return control::MetricsText{.text = metrics()};
}

control::Reply Agent::answer_to(const control::ShowRequest& request, const Caller& /*caller*/) {
    switch (request.what) {
        case control::Show::Status:
            return status();
        case control::Show::Nodes:
            if (!request.filter.link.empty() && !data_plane_) {
                return failed("this is a CMD, which has no access links; leave link= away");
            }
            return nodes(request.filter);
        case control::Show::Forwarding:
            return forwarding_views(data_plane_ ? data_plane_->driver().desired()
                                                : kernel::KernelState{});
        case control::Show::Peers:
            return peer_views(settings_, engine_, signalling_.peers(), now().steady);
        case control::Show::Counters:
            return counter_views(counters_,
                                 data_plane_ ? &data_plane_->driver().counters() : nullptr);
        case control::Show::Config:
            return control::ConfigText{.json = config::to_json(settings_)};
        case control::Show::Handovers:
            return handover_views(handovers_, settings_, now(), request.filter.mn);
    }
    std::unreachable();
}

control::Reply Agent::answer_to(const control::TraceRequest& /*request*/,
                                const Caller& /*caller*/) {
    if (!control_.may_trace()) return failed("others follow the daemon already; try again later");
    return control::Done{.message = "events and actions follow"};
}

control::Reply Agent::answer_to(const control::MonitorRequest& request, const Caller& /*caller*/) {
    if (!request.mn.empty() && !parse_mn_id(request.mn)) {
        return failed(request.mn, "not an MN-Identifier; give one like alice@example");
    }
    if (!control_.may_monitor()) {
        return failed(std::to_string(limits::kMonitors) +
                      " others follow the daemon's events already; try again later");
    }
    log_.keep_events(true);
    return control::Done{.message = "events follow"};
}

control::Reply Agent::answer_to(const control::CheckRequest& /*request*/,
                                const Caller& /*caller*/) {
    const auto findings = host_check_.run(settings_, now().steady);
    now_.reset();  // to look took its time
    if (!findings) return failed("others check this host already; try again in a second");
    return finding_views(*findings);
}

control::Reply Agent::answer_to(const control::AttachRequest& request, const Caller& caller) {
    const auto* maar = std::get_if<core::MaarEngine>(&engine_);
    if (maar == nullptr) {
        return failed("this is a CMD, which has no access links; ask the node's MAAR");
    }
    const auto mac = LinkLayerAddress::parse(request.mac);
    if (!mac || mac->is_group() || mac->is_zero()) {
        return failed(request.mac,
                      "not the address of a station; give one like "
                      "02:00:00:00:01:01");
    }
    const AccessLink link{request.link};
    const auto& links = maar->settings().access_links;
    if (std::find(links.begin(), links.end(), link) == links.end()) {
        return failed(request.link, "not one of the configured access links");
    }
    if (maar->draining_since()) {
        return failed("this MAAR is draining; `dmmctl undrain` first, or ask another");
    }
    std::optional<MnId> mn;
    if (!request.mn.empty()) {
        mn = parse_mn_id(request.mn);
        if (!mn) return failed(request.mn, "not an MN-Identifier; give one like alice@example");
    }
    const std::string name = to_text(mn.value_or(maar->identify(*mac)));
    log_.say(
        LogLevel::Info, "control", change(caller, "attach").add("mn", name).add("link", link.name));
    feed(core::MnAttached{.link = link, .mac = *mac, .mn = std::move(mn)});
    return control::Done{.message = name + " is being attached at " + link.name};
}

control::Reply Agent::answer_to(const control::RemoveRequest& request, const Caller& caller) {
    const auto* cmd = std::get_if<core::CmdEngine>(&engine_);
    if (cmd == nullptr) {
        return failed("this is a MAAR, which removes nothing elsewhere; ask the CMD");
    }
    const auto mn = parse_mn_id(request.mn);
    if (!mn) return failed(request.mn, "not an MN-Identifier; give one like alice@example");
    const auto known = cmd->sessions().find(*mn);
    if (known == cmd->sessions().end()) {
        return failed(request.mn, "no such node here; `dmmctl show nodes` lists them");
    }
    if (request.maar.empty()) {
        log_.say(LogLevel::Info, "control", change(caller, "end").add("mn", to_text(*mn)));
        feed(core::EndSession{.mn = *mn});
        return control::Done{.message = to_text(*mn) + " is being ended at all its MAARs"};
    }
    const auto maar = Ip6Address::parse(request.maar);
    if (!maar) return failed(request.maar, "not an address; give a MAAR's like 2001:db8:1::1");
    if (known->second.serving.maar == *maar) {
        return failed(
            request.maar,
            "serves this node; `dmmctl remove " + quoted(request.mn) + "` ends its session");
    }
    const auto& previous = known->second.previous;
    const bool anchors = std::any_of(
        previous.begin(), previous.end(), [&](const auto& p) { return p.anchor.maar == *maar; });
    if (!anchors) {
        return failed(request.maar,
                      "anchors nothing for this node; `dmmctl show nodes` lists its anchors");
    }
    log_.say(LogLevel::Info,
             "control",
             change(caller, "remove").add("mn", to_text(*mn)).add("maar", to_text(*maar)));
    feed(core::RemoveAnchor{.mn = *mn, .maar = *maar});
    return control::Done{.message = to_text(*maar) + " is being removed from " + to_text(*mn)};
}

control::Reply Agent::answer_to(const control::DetachRequest& request, const Caller& caller) {
    if (std::holds_alternative<core::CmdEngine>(engine_)) {
        return failed("this is a CMD, which has no access links; ask the node's MAAR");
    }
    const auto mn = parse_mn_id(request.mn);
    if (!mn) return failed(request.mn, "not an MN-Identifier; give one like alice@example");
    if (!has_session(engine_, *mn)) {
        return failed(request.mn, "no such node here; `dmmctl show nodes` lists them");
    }
    log_.say(LogLevel::Info,
             "control",
             change(caller, request.now ? "detach_now" : "detach").add("mn", to_text(*mn)));
    feed(core::MnDetached{.mn = *mn, .deregister = request.now});
    return control::Done{.message = to_text(*mn) + (request.now ? " is being de-registered"
                                                                : " has left; its session goes "
                                                                  "on until its lifetime ends")};
}

control::Reply Agent::answer_to(const control::ShutdownRequest& request, const Caller& caller) {
    const bool is_maar = std::holds_alternative<core::MaarEngine>(engine_);
    if (request.forwarding && !is_maar) {
        return failed("this is a CMD, which has no forwarding to flush or keep; leave that away");
    }
    Line line = change(caller, "shutdown");
    if (request.forwarding) line.add("forwarding", name_of(*request.forwarding));
    log_.say(LogLevel::Info, "control", line);
    on_exit_ = request.forwarding;
    loop_.stop();
    if (!is_maar) return control::Done{.message = "the daemon ends"};
    const OnExit on_exit =
        request.forwarding.value_or(std::get<MaarSettings>(settings_.role).on_exit);
    return control::Done{.message = on_exit == OnExit::Keep
                                        ? "the daemon ends; its forwarding stays for the next run"
                                        : "the daemon ends, and its forwarding with it"};
}

control::Reply Agent::answer_to(const control::ReloadRequest& request, const Caller& caller) {
    if (!request.dry_run) log_.say(LogLevel::Info, "control", change(caller, "reload"));
    return reload(request.dry_run);
}

control::Reply Agent::answer_to(const control::DrainRequest& request, const Caller& caller) {
    const auto* maar = std::get_if<core::MaarEngine>(&engine_);
    if (maar == nullptr) {
        return failed("this is a CMD, which attaches no nodes; ask the MAAR that is to be drained");
    }
    const bool was = maar->draining_since().has_value();
    if (was == request.on) {
        return control::Done{.message = was ? "it is draining already"
                                            : "it is not draining, so new nodes are taken"};
    }
    log_.say(LogLevel::Info, "control", change(caller, request.on ? "drain" : "undrain"));
    feed(core::Draining{.on = request.on});
    return control::Done{.message = request.on ? "no new nodes are taken until `dmmctl undrain`"
                                               : "new nodes are taken again"};
}

control::Reply Agent::answer_to(const control::LogRequest& request, const Caller& caller) {
    if (request.level) {
        log_.say(
            LogLevel::Info, "control", change(caller, "log").add("level", name_of(*request.level)));
        log_.set_threshold(*request.level);
    }
    return control::LogView{.level = std::string(name_of(log_.threshold())),
                            .configured = std::string(name_of(settings_.log))};
}

}  // namespace dmm::agent
