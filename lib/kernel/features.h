// What the driver needs of this kernel, found by trying when it starts.
#pragma once

#include <cstdint>
#include <expected>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/model/kernel_error.h"
#include "lib/model/uplinks.h"

namespace dmm::kernel {

// Whether the kernel has routes by source (IPV6_SUBTREES): it refuses them otherwise, or keeps them
// without their source. Makes one that concerns no packet, looks at it, and removes it.
[[nodiscard]] std::expected<bool, KernelError> has_source_routes(Channel& channel,
                                                                 const DriverSettings& settings);

// Routes or Rules; Auto is decided by has_source_routes(), and Routes demands them.
[[nodiscard]] std::expected<Uplinks, KernelError> choose_uplinks(Channel& channel,
                                                                 const DriverSettings& settings);

// Tries what a MAAR cannot do without: a tunnel, or with Encap::Seg6 a route that wraps. Makes one
// and removes it again; `index` is one that no interface has.
[[nodiscard]] std::expected<void, KernelError> probe_tunnels(Channel& channel,
                                                             const DriverSettings& settings,
                                                             std::uint32_t index);

// That an interface has no index, in the words of the kernel's error `code`.
[[nodiscard]] KernelError absent(const std::string& interface, int code);

}  // namespace dmm::kernel
