#include "lib/kernel/realize.h"

#include <variant>

#include "lib/base/bytes.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"

namespace dmm::kernel {
namespace {

void put_dlif(KernelState& state, const Dlif& dlif) {
    const std::string name = dlif_name(dlif.identity.mac);
    put(state,
        Link{.name = name, .kind = Macvlan{.lower = dlif.over.name, .mac = dlif.identity.mac}});
    put(state, Source{.link = name, .mac = dlif.mn});
    put(state, Address{.link = name, .address = dlif.identity.link_local});
    put(state, Neighbour{.link = name, .ip = link_local_of(dlif.mn), .mac = dlif.mn});
}

void put_tunnel(KernelState& state, const Tunnel& tunnel, const DriverSettings& settings) {
    put(state,
        Link{.name = tunnel_name(tunnel),
             .kind = Ip6Tunnel{.local = tunnel.local,
                               .remote = tunnel.remote,
                               .core_interface = settings.core_interface},
             .mtu = settings.tunnel_mtu});
}

}  // namespace

std::string dlif_name(const LinkLayerAddress& mac) {
    return std::string(kDlifNamePrefix) + to_hex(ByteView(mac.octets()).subspan(1));
}

std::string tunnel_name(const Tunnel& tunnel) {
    Writer ends;
    ends.put(tunnel.local.octets());
    ends.put(tunnel.remote.octets());
    const auto digest = sha256(ends.view());
    return std::string(kTunnelNamePrefix) + to_hex(ByteView(digest).first(4));
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
                      .dev = dlif_name(dlif->identity.mac)});
        } else {
            const auto& tunnel = std::get<Tunnel>(down.via);
            put_tunnel(state, tunnel, settings);
            put(state, Route{.to = down.to, .from = {}, .via = {}, .dev = tunnel_name(tunnel)});
        }
    }
    for (const Uplink& up : forwarding.up) {
        put_tunnel(state, up.via, settings);
        put(state,
            Route{.table = settings.table,
                  .to = up.to,
                  .from = up.from,
                  .via = {},
                  .dev = tunnel_name(up.via)});
    }
    for (const Bypass& bypass : forwarding.bypass) {
        put(state,
            Route{.table = settings.table,
                  .to = bypass.to,
                  .from = bypass.from,
                  .via = {},
                  .dev = {}});
    }
    return state;
}

}  // namespace dmm::kernel
