#include "lib/kernel/realize.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string_view>
#include <variant>

#include "lib/base/bytes.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"

namespace dmm::kernel {
namespace {

void put_text(Writer& out, std::string_view text) {
    for (const char c : text)
        out.u8(static_cast<std::uint8_t>(c));
}

void put_router(KernelState& state, const AccessLink& over, const DlifIdentity& identity) {
    const std::string name = dlif_name(over.name, identity.mac);
    put(state, Link{.name = name, .kind = Macvlan{.lower = over.name, .mac = identity.mac}});
    put(state, Address{.link = name, .address = identity.link_local});
}

void put_dlif(KernelState& state, const Dlif& dlif) {
    put_router(state, dlif.over, dlif.identity);
    put(state,
        Neighbour{.link = dlif_name(dlif.over.name, dlif.identity.mac),
                  .ip = link_local_of(dlif.mn),
                  .mac = dlif.mn});
}

std::array<std::uint8_t, 32> digest_of(const Tunnel& tunnel) {
    Writer ends;
    ends.put(tunnel.local.octets());
    ends.put(tunnel.remote.octets());
    return sha256(ends.view());
}

void put_tunnel(KernelState& state, const Tunnel& tunnel, const DriverSettings& settings) {
    if (settings.encap == Encap::Seg6) return;
    put(state,
        Link{.name = tunnel_name(tunnel),
             .kind = Ip6Tunnel{.local = tunnel.local,
                               .remote = tunnel.remote,
                               .core_interface = settings.core_interface},
             .mtu = settings.tunnel_mtu});
}

// `route` through the tunnel.
Route through(const Tunnel& tunnel, Route route, const DriverSettings& settings) {
    if (settings.encap == Encap::Seg6) {
        route.dev = settings.core_interface;
        route.segment = tunnel.remote;
    } else {
        route.dev = tunnel_name(tunnel);
    }
    return route;
}

Rule rule_for(const Prefix& from,
              const Prefix& to,
              std::uint32_t table,
              const DriverSettings& settings) {
    return {.priority = settings.rule_priority + kMostRules - to.length(),
            .table = table,
            .from = from,
            .to = to};
}

void put_uplink(KernelState& state, const Uplink& up, const DriverSettings& settings) {
    put_tunnel(state, up.via, settings);
    Route route{.table = settings.table, .to = up.to, .from = up.from, .via = {}, .dev = {}};
    if (settings.uplinks == Uplinks::Rules) {
        route = {.table = tunnel_table(up.via), .to = {}, .from = {}, .via = {}, .dev = {}};
        put(state, rule_for(up.from, up.to, route.table, settings));
    }
    put(state, through(up.via, route, settings));
}

void put_bypass(KernelState& state, const Bypass& bypass, const DriverSettings& settings) {
    if (settings.uplinks == Uplinks::Rules) {
        put(state, rule_for(bypass.from, bypass.to, kMainTable, settings));
    } else {
        put(state,
            Route{.table = settings.table,
                  .to = bypass.to,
                  .from = bypass.from,
                  .via = {},
                  .dev = {}});
    }
}

}  // namespace

std::string dlif_name(std::string_view lower, const LinkLayerAddress& mac) {
    constexpr std::size_t kOctets = 5;
    Writer key;
    key.put(mac.octets());
    put_text(key, lower);
    return std::string(kDlifNamePrefix) + to_hex(ByteView(sha256(key.view())).first(kOctets));
}

std::string tunnel_name(const Tunnel& tunnel) {
    return std::string(kTunnelNamePrefix) + to_hex(ByteView(digest_of(tunnel)).first(4));
}

std::uint32_t tunnel_table(const Tunnel& tunnel) {
    const auto digest = digest_of(tunnel);
    return kFirstTunnelTable +
           ((std::uint32_t{digest[0]} << 16U) | (std::uint32_t{digest[1]} << 8U) | digest[2]);
}

std::optional<KernelError> shared_table(const SessionForwarding& forwarding,
                                        const DriverSettings& settings) {
    if (settings.uplinks != Uplinks::Rules) return std::nullopt;
    std::map<std::uint32_t, Tunnel> tunnels;
    for (const Uplink& up : forwarding.up) {
        const std::uint32_t table = tunnel_table(up.via);
        const Tunnel& first = tunnels.try_emplace(table, up.via).first->second;
        if (first == up.via) continue;
        return KernelError{
            .operation = "ip -6 route add default table " + std::to_string(table),
            .code = EEXIST,
            .text = "the tunnels to " + to_text(first.remote) + " and " + to_text(up.via.remote) +
                    " would share this table; give one of the routers another address"};
    }
    return std::nullopt;
}

Rule uplink_rule(const DriverSettings& settings) {
    return {.priority = settings.rule_priority, .table = settings.table};
}

KernelState realize(const SessionForwarding& forwarding, const DriverSettings& settings) {
    KernelState state;
    for (const Dlif& dlif : forwarding.dlifs)
        put_dlif(state, dlif);
    for (const Downlink& down : forwarding.down) {
        if (const auto* dlif = std::get_if<Dlif>(&down.via)) {
            put_dlif(state, *dlif);
            put(state,
                Route{.to = down.to,
                      .from = {},
                      .via = link_local_of(dlif->mn),
                      .dev = dlif_name(dlif->over.name, dlif->identity.mac)});
        } else {
            const auto& tunnel = std::get<Tunnel>(down.via);
            put_tunnel(state, tunnel, settings);
            put(state,
                through(tunnel, {.to = down.to, .from = {}, .via = {}, .dev = {}}, settings));
        }
    }
    for (const Uplink& up : forwarding.up)
        put_uplink(state, up, settings);
    for (const Bypass& bypass : forwarding.bypass)
        put_bypass(state, bypass, settings);
    return state;
}

KernelState standing(const DriverSettings& settings) {
    KernelState state;
    for (const DriverSettings::Router& router : settings.standing)
        put_router(state, router.over, router.identity);
    return state;
}

}  // namespace dmm::kernel
