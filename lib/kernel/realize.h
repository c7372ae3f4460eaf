// From the forwarding of one node to the kernel objects that realise it. Pure: equal wishes
// give equal objects under equal names, on every run.
#pragma once

#include <string>

#include "lib/kernel/driver_settings.h"
#include "lib/kernel/objects.h"
#include "lib/model/forwarding.h"

namespace dmm::kernel {

// "dlif" and the last ten hex digits of the DLIF's link-layer address.
[[nodiscard]] std::string dlif_name(const LinkLayerAddress& mac);
// "dmmt" and eight hex digits that depend on both ends.
[[nodiscard]] std::string tunnel_name(const Tunnel& tunnel);

// The one rule that leads into the table of the uplinks.
[[nodiscard]] Rule uplink_rule(const DriverSettings& settings);

// Per DLIF (RFC 8885 section 3.7): a macvlan that hears the node alone, its link-local
// address, and a permanent neighbour entry as next hop, so that the first packet after a
// move waits for no neighbour discovery. Per tunnel: an ip6tnl. Per downlink: a route in the
// main table. Per uplink: a default route for that source in the private table.
[[nodiscard]] KernelState realize(const SessionForwarding& forwarding,
                                  const DriverSettings& settings);

}  // namespace dmm::kernel
