#include "agent/node_view.h"

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

#include "agent/node_match.h"
#include "lib/base/ip.h"
#include "lib/model/forwarding.h"

namespace dmm::agent {
namespace {

std::uint64_t milliseconds(Duration duration) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0));
}

control::AnchorView anchor_view(const core::Anchor& anchor, std::string_view state) {
    const DlifIdentity dlif = core::dlif_of(anchor);
    control::AnchorView view;
    view.maar = to_text(anchor.maar);
    for (const Prefix& prefix : anchor.prefixes)
        view.prefixes.push_back(to_text(prefix));
    view.dlif_mac = to_text(dlif.mac);
    view.dlif_link_local = to_text(dlif.link_local);
    view.state = state;
    return view;
}

control::NodeView view_of(const core::MaarSession& session, SteadyTime now) {
    const auto* previous = std::get_if<core::Previous>(&session.state);
    const auto* serving = std::get_if<core::Serving>(&session.state);
    control::NodeView view;
    view.mn = to_text(session.mn);
    view.mac = to_text(session.attachment.mac);
    view.state = core::state_name(session);
    view.since_ms = milliseconds(now - session.since);
    if (core::is_here(session)) view.link = session.attachment.link.name;
    view.serving = to_text(previous != nullptr ? previous->serving : session.own.maar);
    if (serving != nullptr) view.expires_in_ms = milliseconds(serving->expires_at - now);
    view.anchors.push_back(anchor_view(session.own, previous != nullptr ? "previous" : "serving"));
    for (const core::Anchor& anchor : session.anchors) {
        view.anchors.push_back(anchor_view(anchor, "previous"));
    }
    if (session.error) view.last_error = session.error->operation + ": " + session.error->text;
    return view;
}

// The link-layer identifier as the S-MAAR sent it, where it is an IEEE 802 address.
std::string mac_text(const core::CmdSession& session) {
    const auto mac = LinkLayerAddress::from(session.last.link_layer_id.view());
    return mac ? to_text(*mac) : std::string();
}

control::NodeView view_of(const core::CmdSession& session, SteadyTime now) {
    control::NodeView view;
    view.mn = to_text(session.mn);
    view.mac = mac_text(session);
    view.state = core::state_name(session);
    view.since_ms = milliseconds(now - session.since);
    if (const auto* bound = std::get_if<core::Bound>(&session.state)) {
        view.serving = to_text(session.serving.maar);
        view.expires_in_ms = milliseconds(bound->expires_at - now);
        view.anchors.push_back(anchor_view(anchor_of(session.serving), "serving"));
    }
    for (const auto& previous : std::views::reverse(session.previous)) {
        view.anchors.push_back(anchor_view(anchor_of(previous.anchor), core::state_name(previous)));
    }
    return view;
}

}  // namespace

std::vector<control::NodeView> node_views(const core::MaarEngine& engine,
                                          SteadyTime now,
                                          const control::NodeFilter& filter) {
    const auto& sessions = engine.sessions();
    std::vector<control::NodeView> views;
    if (const auto mn = one_node(filter)) {
        const auto found = sessions.find(*mn);
        if (found != sessions.end() && passes(found->second, without_name(filter))) {
            views.push_back(view_of(found->second, now));
        }
        return views;
    }
    for (const auto& [mn, session] : sessions) {
        if (passes(session, filter)) views.push_back(view_of(session, now));
    }
    return views;
}

std::vector<control::NodeView> node_views(const core::CmdEngine& engine,
                                          SteadyTime now,
                                          const control::NodeFilter& filter) {
    std::vector<control::NodeView> views;
    if (const auto mn = one_node(filter)) {
        const auto found = engine.sessions().find(*mn);
        if (found != engine.sessions().end() && passes(found->second, without_name(filter))) {
            views.push_back(view_of(found->second, now));
        }
        return views;
    }
    for (const core::CmdSession* session : engine.sessions().in_order()) {
        if (passes(*session, filter)) views.push_back(view_of(*session, now));
    }
    return views;
}

void add_traffic(std::vector<control::NodeView>& views, const kernel::TrafficReading& reading) {
    for (control::NodeView& view : views) {
        const auto mac = LinkLayerAddress::parse(view.mac);
        if (!mac) continue;
        const auto spoofed = reading.spoofed.find(*mac);
        if (spoofed != reading.spoofed.end()) view.spoofed = spoofed->second.packets;
        for (control::AnchorView& anchor : view.anchors) {
            for (const std::string& text : anchor.prefixes) {
                const auto prefix = Prefix::parse(text);
                if (!prefix) continue;
                const auto up = reading.up.find({.mn = *mac, .prefix = *prefix});
                const auto down = reading.down.find(*prefix);
                if (up == reading.up.end() || down == reading.down.end()) continue;
                anchor.traffic.push_back({.prefix = text,
                                          .packets_up = up->second.packets,
                                          .octets_up = up->second.octets,
                                          .packets_down = down->second.packets,
                                          .octets_down = down->second.octets});
            }
        }
    }
}

}  // namespace dmm::agent
