// Neighbour Discovery as far as an access router needs it: Router Solicitations in, Router
// Advertisements out. RFC 4861 sections 4.1, 4.2, 6.1.1; RFC 4191 sections 2.2 and 2.3.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::wire {

enum class RouterPreference : std::uint8_t { Low, Medium, High };

struct PrefixInformation {
    Prefix prefix;
    std::chrono::seconds valid{};
    std::chrono::seconds preferred{};  // 0 deprecates; never above `valid`
    bool on_link = true;
    bool autonomous = true;
    friend auto operator<=>(const PrefixInformation&, const PrefixInformation&) = default;
};

struct RouteInformation {
    Prefix prefix;
    RouterPreference preference = RouterPreference::Medium;
    std::chrono::seconds lifetime{};
    friend auto operator<=>(const RouteInformation&, const RouteInformation&) = default;
};

struct RouterAdvert {
    std::chrono::seconds router_lifetime{};  // 0 .. 9000
    RouterPreference preference = RouterPreference::Medium;
    std::uint8_t hop_limit = 64;
    std::uint32_t mtu = 0;  // 0: no MTU option
    std::optional<LinkLayerAddress> source_link_layer;
    std::vector<PrefixInformation> prefixes;
    std::vector<RouteInformation> routes;
    friend auto operator<=>(const RouterAdvert&, const RouterAdvert&) = default;
};

// A whole IPv6 packet: header (hop limit 255), ICMPv6, checksum.
[[nodiscard]] Bytes encode_advert_packet(const RouterAdvert& advert,
                                         const Ip6Address& source,
                                         const Ip6Address& destination);
// The ICMPv6 part of a Router Advertisement; for tests and tools. nullopt if malformed.
[[nodiscard]] std::optional<RouterAdvert> decode_advert(ByteView icmp);

struct RouterSolicit {
    Ip6Address source;  // may be ::
    std::optional<LinkLayerAddress> source_link_layer;
    friend auto operator<=>(const RouterSolicit&, const RouterSolicit&) = default;
};

// Why a solicitation was ignored (RFC 4861 section 6.1.1).
enum class SolicitFault : std::uint8_t {
    NotASolicitation,
    Truncated,
    BadHopLimit,
    BadChecksum,
    BadCode,
    ZeroLengthOption,
    LinkLayerFromUnspecified,
};
[[nodiscard]] std::string_view name_of(SolicitFault fault);

// `packet` starts at the IPv6 header; octets beyond its Payload Length are ignored.
[[nodiscard]] std::expected<RouterSolicit, SolicitFault> decode_solicit_packet(ByteView packet);

// "lifetime=1800 prf=medium mtu=1460 pio=2001:db8::/64,valid=86400,preferred=0 ..."
[[nodiscard]] std::string to_text(const RouterAdvert& advert);
[[nodiscard]] std::optional<RouterAdvert> parse_advert(std::string_view text);

}  // namespace dmm::wire
