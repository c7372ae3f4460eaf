#include "agent/views.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <variant>

namespace dmm::agent {
namespace {

using NodeCounts = std::map<Ip6Address, std::uint64_t>;

std::uint64_t milliseconds(Duration duration) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    return ms > 0 ? static_cast<std::uint64_t>(ms) : 0;
}

NodeCounts nodes_by_peer(const core::MaarEngine& engine) {
    NodeCounts counts;
    for (const auto& [mn, session] : engine.sessions()) {
        if (const auto* previous = std::get_if<core::Previous>(&session.state)) {
            ++counts[previous->serving];
        }
        for (const core::Anchor& anchor : session.anchors)
            ++counts[anchor.maar];
    }
    counts[engine.settings().cmd] = engine.sessions().size();
    return counts;
}

NodeCounts nodes_by_peer(const core::CmdEngine& engine) {
    NodeCounts counts;
    for (const core::CmdSession* session : engine.sessions().in_order()) {
        if (std::holds_alternative<core::Bound>(session->state)) ++counts[session->serving.maar];
        for (const core::PreviousAnchor& previous : session->previous) {
            ++counts[previous.anchor.maar];
        }
    }
    return counts;
}

void count_sessions(const core::MaarEngine& engine, control::StatusView& view) {
    for (const auto& [mn, session] : engine.sessions()) {
        if (is_here(session)) ++view.nodes;
        if (std::holds_alternative<core::Previous>(session.state)) ++view.anchored;
    }
    view.peers = engine.settings().peers.size() + 1;  // and the CMD
}

void count_sessions(const core::CmdEngine& engine, control::StatusView& view) {
    view.nodes = engine.sessions().size();
    view.peers = engine.settings().maars.size();
}

std::string state_of(const core::PeerHealth& health) {
    if (health.lost) return "lost";
    return health.restart_counter ? "up" : "unknown";
}

// The configured peers without their counts, the CMD first, MAARs by address.
std::vector<std::pair<Ip6Address, control::PeerView>> peer_rows(const Settings& settings) {
    std::vector<std::pair<Ip6Address, control::PeerView>> out;
    const auto add = [&](const Ip6Address& address, std::string role, std::string pool) {
        control::PeerView view;
        view.address = to_text(address);
        view.role = std::move(role);
        view.pool = std::move(pool);
        out.emplace_back(address, std::move(view));
    };
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        add(maar->cmd, "cmd", "");
        for (const Ip6Address& peer : maar->peers)
            add(peer, "maar", "");
    } else {
        for (const MaarPeer& peer : std::get<CmdSettings>(settings.role).maars) {
            add(peer.address, "maar", to_text(peer.pool));
        }
    }
    std::ranges::stable_sort(
        out, {}, [](const auto& peer) { return std::pair(peer.second.role != "cmd", peer.first); });
    return out;
}

}  // namespace

const Ip6Address& address_of(const Settings& settings) {
    return std::visit([](const auto& role) -> const Ip6Address& { return role.address; },
                      settings.role);
}

std::vector<Ip6Address> peers_of(const Settings& settings) {
    std::vector<Ip6Address> out;
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        out = maar->peers;
        out.push_back(maar->cmd);
    } else {
        for (const MaarPeer& peer : std::get<CmdSettings>(settings.role).maars)
            out.push_back(peer.address);
    }
    return out;
}

std::string role_of(const Settings& settings) {
    return std::holds_alternative<MaarSettings>(settings.role) ? "maar" : "cmd";
}

control::StatusView status_view(const Settings& settings, const Engine& engine, Duration uptime) {
    control::StatusView view;
    view.instance = settings.instance;
    view.role = role_of(settings);
    view.version = DMM_VERSION;
    view.address = to_text(address_of(settings));
    view.uptime_ms = milliseconds(uptime);
    std::visit([&](const auto& role) { count_sessions(role, view); }, engine);
    return view;
}

std::vector<control::ForwardingView> forwarding_views(const kernel::KernelState& state) {
    std::vector<control::ForwardingView> out;
    out.reserve(state.size());
    for (const auto& [identity, object] : state) {
        out.push_back({.kind = std::string(kind_of(object)), .object = to_text(object)});
    }
    return out;
}

std::vector<control::PeerView> peer_views(const Settings& settings,
                                          const Engine& engine,
                                          const PeerBook& book,
                                          SteadyTime now) {
    const NodeCounts nodes =
        std::visit([](const auto& role) { return nodes_by_peer(role); }, engine);
    const auto& peers = std::visit(
        [](const auto& role) -> auto& { return role.heartbeats().peers(); }, engine);
    std::vector<control::PeerView> out;
    for (auto& [address, view] : peer_rows(settings)) {
        const auto count = nodes.find(address);
        if (count != nodes.end()) view.nodes = count->second;
        const auto traffic = book.peers().find(address);
        if (traffic != book.peers().end()) {
            view.sent = traffic->second.sent;
            view.received = traffic->second.received;
            view.heard = traffic->second.last_heard.has_value();
            view.last_heard_ms = milliseconds(now - traffic->second.last_heard.value_or(now));
        }
        const auto health = peers.find(address);
        if (health != peers.end()) view.state = state_of(health->second);
        out.push_back(std::move(view));
    }
    return out;
}

std::vector<control::CounterView> counter_views(const Counters& counters,
                                                const kernel::DriverCounters* driver) {
    auto values = counters.values();
    if (driver != nullptr) {
        values["kernel.batches"] = driver->batches;
        values["kernel.operations"] = driver->operations;
        values["kernel.failures"] = driver->failures;
        values["kernel.restored"] = driver->restored;
        values["kernel.missing"] = driver->missing;
    }
    std::vector<control::CounterView> out;
    out.reserve(values.size());
    for (const auto& [name, value] : values)
        out.push_back({.name = name, .value = value});
    return out;
}

}  // namespace dmm::agent
