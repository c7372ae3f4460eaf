// What is in the kernel before the driver starts: what an earlier run left, which goes, and
// what belongs to others and stands in the way, which stays.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
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

// What others have that is ours by name or number: a rule at our priority, a route in our table,
// an interface that begins with our prefixes without our alias. "" or a sentence.
[[nodiscard]] std::string foreign_rule(const std::vector<RuleRecord>& rules,
                                       const DriverSettings& settings);
[[nodiscard]] std::string foreign_route(const std::vector<RouteRecord>& routes,
                                        const DriverSettings& settings);
[[nodiscard]] std::string foreign_link(const std::vector<LinkRecord>& links);

// Whether the kernel's refusal of a removal means that there was nothing to remove.
[[nodiscard]] bool is_gone(int code);

}  // namespace dmm::kernel
