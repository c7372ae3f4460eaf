// The fields of each view with their names in JSON, once for both directions. `V` is the
// view, const where it is written; `f(name, field)` is called in the order of the fields.
#pragma once

#include <concepts>
#include <type_traits>

#include "lib/control/views.h"

namespace dmm::control {

template <typename V, typename View>
concept Is = std::same_as<std::remove_const_t<V>, View>;

template <Is<StatusView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("instance", view.instance);
    f("role", view.role);
    f("version", view.version);
    f("address", view.address);
    f("uptime_ms", view.uptime_ms);
    f("nodes", view.nodes);
    f("anchored", view.anchored);
    f("peers", view.peers);
    f("draining", view.draining);
    f("draining_ms", view.draining_ms);
    f("last_kernel_error", view.last_kernel_error);
}

template <Is<TrafficView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("prefix", view.prefix);
    f("packets_up", view.packets_up);
    f("octets_up", view.octets_up);
    f("packets_down", view.packets_down);
    f("octets_down", view.octets_down);
}

template <Is<AnchorView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("maar", view.maar);
    f("prefixes", view.prefixes);
    f("dlif_mac", view.dlif_mac);
    f("dlif_link_local", view.dlif_link_local);
    f("state", view.state);
    f("traffic", view.traffic);
}

template <Is<NodeView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("mn", view.mn);
    f("mac", view.mac);
    f("state", view.state);
    f("link", view.link);
    f("serving", view.serving);
    f("since_ms", view.since_ms);
    f("expires_in_ms", view.expires_in_ms);
    f("anchors", view.anchors);
    f("last_error", view.last_error);
    f("spoofed", view.spoofed);
}

template <Is<ForwardingView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("kind", view.kind);
    f("object", view.object);
}

template <Is<PeerView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("address", view.address);
    f("role", view.role);
    f("pool", view.pool);
    f("nodes", view.nodes);
    f("sent", view.sent);
    f("received", view.received);
    f("heard", view.heard);
    f("last_heard_ms", view.last_heard_ms);
    f("state", view.state);
}

template <Is<HandoverStepView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("at_us", view.at_us);
    f("step", view.step);
    f("message", view.message);
    f("peer", view.peer);
    f("sequence", view.sequence);
    f("status", view.status);
    f("revision", view.revision);
}

template <Is<HandoverView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("mn", view.mn);
    f("kind", view.kind);
    f("state", view.state);
    f("from", view.from);
    f("to", view.to);
    f("here", view.here);
    f("cmd", view.cmd);
    f("began_ms", view.began_ms);
    f("ago_ms", view.ago_ms);
    f("took_us", view.took_us);
    f("steps", view.steps);
    f("left_out", view.left_out);
}

template <Is<FindingView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("name", view.name);
    f("severity", view.severity);
    f("found", view.found);
    f("remedy", view.remedy);
}

}  // namespace dmm::control
