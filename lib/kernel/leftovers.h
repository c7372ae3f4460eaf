// What is in the kernel before the driver starts: what an earlier run left, which goes, and
// what belongs to others and stands in the way, which stays.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/kernel/objects.h"
#include "lib/kernel/operation.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

enum class Inheritance : std::uint8_t {
    Refuse,  // all goes
    Take,    // what is whole and of this configuration stays
};

struct Leftovers {
    KernelState kept;
    std::vector<Operation> removals;  // in a safe order, the sweep of links last
    InterfaceIndices indices;         // of all interfaces
    std::uint32_t highest_index = 0;  // in use by any interface
};

// Changes nothing. An error too when our table or priority is in use by somebody else.
[[nodiscard]] std::expected<Leftovers, KernelError> find_leftovers(Channel& channel,
                                                                   const DriverSettings& settings,
                                                                   Inheritance inheritance);

// Tries what a MAAR cannot do without: tunnels and routes by source (IPV6_SUBTREES). Makes
// one of each and removes it again; `index` is one that no interface has.
[[nodiscard]] std::expected<void, KernelError> probe_features(Channel& channel,
                                                              const DriverSettings& settings,
                                                              std::uint32_t index);

// Whether the kernel's refusal of a removal means that there was nothing to remove.
[[nodiscard]] bool is_gone(int code);

}  // namespace dmm::kernel
