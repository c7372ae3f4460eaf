// Packets as the measurement sees them, decoded independently of the daemon's own codec:
// what is measured must not vouch for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/base/time.h"

namespace dmm::demo {

// A packet that passed an interface, from its IPv6 header on, and when (kernel's clock).
struct Sighting {
    WallTime at;
    bool outgoing = false;
    Bytes packet;
};

struct Ends {
    Ip6Address source;
    Ip6Address destination;
    std::uint8_t next_header = 0;
};

[[nodiscard]] std::optional<Ends> ends_of(ByteView packet);

// RFC 4861 section 4.1.
[[nodiscard]] bool is_router_solicitation(ByteView packet);

// The prefixes of a Router Advertisement (RFC 4861 section 4.6.2).
struct AdvertisedPrefix {
    Prefix prefix;
    std::uint32_t valid_s = 0;
    std::uint32_t preferred_s = 0;  // 0: deprecated
    friend bool operator==(const AdvertisedPrefix&, const AdvertisedPrefix&) = default;
};

// nullopt if `packet` is no Router Advertisement or not a whole one.
[[nodiscard]] std::optional<std::vector<AdvertisedPrefix>> advertised_in(ByteView packet);

// "PBU lifetime=600s seq=7", "PBA status=0 ..." (RFC 6275 sections 6.1.7 and 6.1.8);
// nullopt if `packet` carries no Mobility Header.
[[nodiscard]] std::optional<std::string> signal_in(ByteView packet);

}  // namespace dmm::demo
