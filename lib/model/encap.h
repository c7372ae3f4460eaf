// How the packets of a tunnel between two MAARs are wrapped, as an operator decides it for a whole
// domain: who unwraps must expect what who wraps has sent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class Encap : std::uint8_t {
    Ip6Ip6,  // RFC 2473, by an ip6tnl interface for each peer
    // IPv6 in IPv6 behind a Segment Routing Header of one segment (RFC 8754), by routes that wrap:
    // for kernels without ip6tnl.
    Seg6,
};

inline constexpr std::array<std::string_view, 2> kEncapNames{"ip6ip6", "seg6"};

[[nodiscard]] constexpr std::string_view name_of(Encap encap) {
    return kEncapNames.at(static_cast<std::size_t>(encap));
}

[[nodiscard]] constexpr std::optional<Encap> parse_encap(std::string_view name) {
    for (std::size_t i = 0; i < kEncapNames.size(); ++i) {
        if (kEncapNames.at(i) == name) return static_cast<Encap>(i);
    }
    return std::nullopt;
}

// What a tunnel takes of the core's MTU, in octets: an IPv6 header (RFC 2473 section 5), and with
// seg6 a routing header with one address.
[[nodiscard]] constexpr std::uint32_t octets_of(Encap encap) {
    return encap == Encap::Seg6 ? 40 + 24 : 40;
}

}  // namespace dmm
