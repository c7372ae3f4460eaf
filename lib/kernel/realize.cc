#include "lib/kernel/realize.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <string_view>
#include <utility>
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

void put_router(KernelState& state,
                const std::string& name,
                const AccessLink& over,
                const DlifIdentity& identity) {
    put(state, Link{.name = name, .kind = Macvlan{.lower = over.name, .mac = identity.mac}});
    put(state, Address{.link = name, .address = identity.link_local});
}

std::array<std::uint8_t, 32> digest_of(const Tunnel& tunnel) {
    Writer ends;
    ends.put(tunnel.local.octets());
    ends.put(tunnel.remote.octets());
    return sha256(ends.view());
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

// One session's objects. A node has several prefixes over one DLIF and to one tunnel; each of these
// is named and put once, since a name is a digest.
class Realization {
public:
    explicit Realization(const DriverSettings& settings) : settings_(settings) {}

    KernelState take(const SessionForwarding& forwarding) && {
        for (const Dlif& dlif : forwarding.dlifs)
            (void)name_of(dlif);
        for (const Downlink& down : forwarding.down)
            put_downlink(down);
        for (const Uplink& up : forwarding.up)
            put_uplink(up);
        for (const Bypass& bypass : forwarding.bypass)
            put_bypass(state_, bypass, settings_);
        return std::move(state_);
    }

private:
    const std::string& name_of(const Dlif& dlif) {
        const auto known = std::ranges::find(dlifs_, dlif, &Named<Dlif>::object);
        if (known != dlifs_.end()) return known->name;
        const Named<Dlif>& named =
            dlifs_.emplace_back(dlif, dlif_name(dlif.over.name, dlif.identity.mac));
        put_router(state_, named.name, dlif.over, dlif.identity);
        put(state_, Neighbour{.link = named.name, .ip = link_local_of(dlif.mn), .mac = dlif.mn});
        return named.name;
    }

    const std::string& name_of(const Tunnel& tunnel) {
        const auto known = std::ranges::find(tunnels_, tunnel, &Named<Tunnel>::object);
        if (known != tunnels_.end()) return known->name;
        const Named<Tunnel>& named = tunnels_.emplace_back(tunnel, tunnel_name(tunnel));
        put(state_,
            Link{.name = named.name,
                 .kind = Ip6Tunnel{.local = tunnel.local,
                                   .remote = tunnel.remote,
                                   .core_interface = settings_.core_interface},
                 .mtu = settings_.tunnel_mtu});
        return named.name;
    }

    void put_downlink(const Downlink& down) {
        if (const auto* dlif = std::get_if<Dlif>(&down.via)) {
            put(state_,
                Route{.to = down.to,
                      .from = {},
                      .via = link_local_of(dlif->mn),
                      .dev = name_of(*dlif)});
        } else {
            put_through(std::get<Tunnel>(down.via),
                        {.to = down.to, .from = {}, .via = {}, .dev = {}});
        }
    }

    void put_uplink(const Uplink& up) {
        Route route{.table = settings_.table, .to = up.to, .from = up.from, .via = {}, .dev = {}};
        if (settings_.uplinks == Uplinks::Rules) {
            route = {.table = tunnel_table(up.via), .to = {}, .from = {}, .via = {}, .dev = {}};
            put(state_, rule_for(up.from, up.to, route.table, settings_));
        }
        put_through(up.via, std::move(route));
    }

    void put_through(const Tunnel& tunnel, Route route) {
        if (settings_.encap == Encap::Seg6) {
            route.dev = settings_.core_interface;
            route.segment = tunnel.remote;
        } else {
            route.dev = name_of(tunnel);
        }
        put(state_, std::move(route));
    }

    template <typename T>
    struct Named {
        T object;
        std::string name;
    };

    const DriverSettings& settings_;
    KernelState state_;
    std::deque<Named<Dlif>> dlifs_;
    std::deque<Named<Tunnel>> tunnels_;
};

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
    return Realization(settings).take(forwarding);
}

KernelState standing(const DriverSettings& settings) {
    KernelState state;
    for (const DriverSettings::Router& router : settings.standing)
        put_router(
            state, dlif_name(router.over.name, router.identity.mac), router.over, router.identity);
    return state;
}

}  // namespace dmm::kernel
