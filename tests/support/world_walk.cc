// Packets over the kernels of a World, hop by hop.
#include <algorithm>

#include "tests/support/world.h"

namespace dmm::test {

const Downlink* World::way_down(const std::string& node, const Prefix& to) const {
    for (const auto& [mn, forwarding] : nodes_.at(node).kernel.forwarding) {
        for (const Downlink& down : forwarding.down) {
            if (down.to == to) return &down;
        }
    }
    return nullptr;
}

const Uplink* World::way_up(const std::string& node, const Prefix& from, const Prefix& to) const {
    // As the kernel looks: of the routes from there the one with the longest destination.
    const Uplink* best = nullptr;
    for (const auto& [mn, forwarding] : nodes_.at(node).kernel.forwarding) {
        for (const Uplink& up : forwarding.up) {
            if (up.from != from || !up.to.contains(to)) continue;
            if (best == nullptr || up.to.length() > best->to.length()) best = &up;
        }
    }
    return best;
}

bool World::bypasses(const std::string& node, const Prefix& from, const Prefix& to) const {
    for (const auto& [mn, forwarding] : nodes_.at(node).kernel.forwarding) {
        for (const Bypass& bypass : forwarding.bypass) {
            if (bypass.from == from && bypass.to.contains(to)) return true;
        }
    }
    return false;
}

std::string World::reach_network(const std::string& name,
                                 const std::string& maar,
                                 const Prefix& network) const {
    const MobileHost& host = hosts_.at(name);
    for (const auto& [prefix, address] : host.addresses) {
        if (!address.valid) continue;
        if (bypasses(host.at, prefix, network)) {
            if (host.at != maar) return "packets from " + to_text(prefix) + " take no tunnel";
            continue;
        }
        const Uplink* up = way_up(host.at, prefix, network);
        const std::string to = up == nullptr ? host.at : name_of(up->via.remote);
        if (to != maar) return "packets from " + to_text(prefix) + " go to " + to;
    }
    return {};
}

std::string World::reach(const std::string& name, const Prefix& prefix) const {
    const MobileHost& host = hosts_.at(name);
    const auto anchor = std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
        const auto* engine = std::get_if<core::MaarEngine>(&entry.second.engine);
        return engine != nullptr && engine->settings().pool.contains(prefix);
    });
    if (anchor == nodes_.end()) return "nobody anchors the prefix";
    // Downwards: from the anchor, hop by hop, until a DLIF or nowhere.
    std::string at = anchor->first;
    for (unsigned hops = 0;; ++hops) {
        if (hops > nodes_.size()) return "the way down is a loop";
        const Downlink* down = way_down(at, prefix);
        if (down == nullptr) return at + " has no route to the node";
        if (const auto* tunnel = std::get_if<Tunnel>(&down->via)) {
            at = name_of(tunnel->remote);
            if (!nodes_.contains(at)) return "a tunnel ends nowhere";
            continue;
        }
        const Dlif& dlif = std::get<Dlif>(down->via);
        if (dlif.mn != host.mac) return at + " delivers to another node";
        if (host.at != at) return at + " delivers on a link that the node has left";
        break;
    }
    // Upwards: from where the node is.
    if (host.at == anchor->first) return {};
    const Uplink* up = way_up(host.at, prefix);
    if (up != nullptr && name_of(up->via.remote) == anchor->first) return {};
    return host.at + " has no tunnel back to the anchor";
}

// A loop that is new passes through the node whose kernel has changed.
void World::check_loops(const std::string& node, const SessionForwarding& forwarding) {
    for (const Downlink& changed : forwarding.down) {
        std::string at = node;
        for (std::size_t hops = 0; nodes_.contains(at); ++hops) {
            const Downlink* down = way_down(at, changed.to);
            const auto* tunnel = down == nullptr ? nullptr : std::get_if<Tunnel>(&down->via);
            if (tunnel == nullptr) break;
            at = name_of(tunnel->remote);
            if (hops == nodes_.size()) {
                found(node, "packets to " + to_text(changed.to) + " go round in a loop");
                break;
            }
        }
    }
    for (const Uplink& changed : forwarding.up) {
        std::string at = node;
        for (std::size_t hops = 0; nodes_.contains(at); ++hops) {
            const Uplink* up = way_up(at, changed.from, changed.to);
            if (up == nullptr) break;
            at = name_of(up->via.remote);
            if (hops == nodes_.size()) {
                found(node, "packets from " + to_text(changed.from) + " go round in a loop");
                break;
            }
        }
    }
}

}  // namespace dmm::test
