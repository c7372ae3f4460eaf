// From the forwarding of one node to the kernel objects that realise it. Pure: equal wishes
// give equal objects under equal names, on every run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/kernel/driver_settings.h"
#include "lib/kernel/objects.h"
#include "lib/model/forwarding.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

// "dlif" and ten hex digits that depend on the access interface below and the own address.
[[nodiscard]] std::string dlif_name(std::string_view lower, const LinkLayerAddress& mac);
// "dmmt" and eight hex digits that depend on both ends.
[[nodiscard]] std::string tunnel_name(const Tunnel& tunnel);

// The one rule that leads into the table of the uplinks, where those are routes.
[[nodiscard]] Rule uplink_rule(const DriverSettings& settings);

// Where uplinks are rules, these have the priorities from `rule_priority` to kMostRules above it:
// the longer the destination, the smaller, so that as among routes the longest one wins.
inline constexpr std::uint32_t kMostRules = 128;
// Each tunnel then has a table of its own with a default route, one of these, by its ends.
inline constexpr std::uint32_t kFirstTunnelTable = 888'000'000;
inline constexpr std::uint32_t kLastTunnelTable = kFirstTunnelTable + 0xff'ffff;
[[nodiscard]] std::uint32_t tunnel_table(const Tunnel& tunnel);

[[nodiscard]] constexpr bool is_tunnel_table(std::uint32_t table) {
    return table >= kFirstTunnelTable && table <= kLastTunnelTable;
}

// Two tunnels of one node that fell on one table, one time in 16 million; with those of another
// node it shows as a Contest (desired.h).
[[nodiscard]] std::optional<KernelError> shared_table(const SessionForwarding& forwarding,
                                                      const DriverSettings& settings);

// Per DLIF (RFC 8885 section 3.7): a macvlan with its link-local address, which nodes of the same
// anchor share, and a permanent neighbour entry for each as next hop, so that the first packet
// after a move waits for no neighbour discovery. Because of that next hop the kernel (seen on 6.1
// and 6.18) tells no node of another one of the same link to do without us (RFC 4861 section 8): it
// would be believed after a move. Per tunnel: an ip6tnl, or with Encap::Seg6 nothing, since its
// routes wrap. Per downlink: a route in the main table. Per uplink: a default route for that source
// in the private table; or with Uplinks::Rules a rule for that source into the table of the tunnel.
[[nodiscard]] KernelState realize(const SessionForwarding& forwarding,
                                  const DriverSettings& settings);

// What stands whoever is there: the interfaces of `settings.standing`.
[[nodiscard]] KernelState standing(const DriverSettings& settings);

}  // namespace dmm::kernel
