// What the kernel says of its own accord when the host's network changes, as far as it can
// concern a MAAR.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/kernel/netlink_codec.h"

namespace dmm::kernel {

struct Notification {
    // There: new, or changed in some way.
    enum class What : std::uint8_t { Gone, There } what = What::Gone;
    std::variant<LinkRecord, AddressRecord, NeighbourRecord, RouteRecord, RuleRecord> record;
};

// What was read in one go.
struct Heard {
    std::vector<Notification> notifications;
    // Some were lost: only a look at everything tells what has changed.
    bool overrun = false;
};

// nullopt for other types, and for what breaks the format.
[[nodiscard]] std::optional<Notification> decode_notification(const Message& message);

}  // namespace dmm::kernel
