// Everything of ours that the kernel holds, as one look at all of it finds it.
#pragma once

#include <expected>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/kernel/objects.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

struct Observation {
    KernelState state;         // whole objects that are in use; see Adoption
    InterfaceIndices indices;  // of all interfaces of the host
};

// Takes some 20 us per interface of the host and some 2 us per other object (6.18). The error is
// that of the dump that failed, again and again if it was an interrupted one.
[[nodiscard]] std::expected<Observation, KernelError> observe(Channel& channel,
                                                              const DriverSettings& settings);

}  // namespace dmm::kernel
