// What this kernel can do, tried one by one and without a driver: each trial makes one object
// of a name or source that nobody uses, and removes it again. Unlike probe_tunnels() they go
// on where one is refused, and may run beside a driver at work.
#pragma once

#include <optional>
#include <string>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

// The kernel's refusal; nullopt: it can.
using Refusal = std::optional<KernelError>;

// A tunnel of IPv6 in IPv6 (RFC 2473), or a route that wraps.
[[nodiscard]] Refusal try_tunnel(Channel& channel, const DriverSettings& settings);

// A route by source (CONFIG_IPV6_SUBTREES) in our table, see has_source_routes().
[[nodiscard]] Refusal try_source_route(Channel& channel, const DriverSettings& settings);

// A macvlan in source mode over the interface `lower`. Its removal takes some 20 ms.
[[nodiscard]] Refusal try_macvlan(Channel& channel, const std::string& lower);

}  // namespace dmm::kernel
