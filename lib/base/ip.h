// Addresses as values: IPv6 address, prefix (host bits always zero) and link-layer
// address. Parsing is strict, text is canonical (RFC 5952).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/bytes.h"

namespace dmm {

class Ip6Address {
public:
    constexpr Ip6Address() = default;

    constexpr explicit Ip6Address(const std::array<std::uint8_t, 16>& octets) : octets_(octets) {}

    // nullopt unless `text` is exactly one IPv6 address without a zone.
    [[nodiscard]] static std::optional<Ip6Address> parse(std::string_view text);

    [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& octets() const { return octets_; }

    [[nodiscard]] bool is_unspecified() const { return *this == Ip6Address{}; }

    [[nodiscard]] bool is_loopback() const;

    [[nodiscard]] bool is_multicast() const { return octets_[0] == 0xff; }

    // fe80::/10 (RFC 4291 section 2.5.6).
    [[nodiscard]] bool is_link_local() const {
        return octets_[0] == 0xfe && (octets_[1] & 0xc0U) == 0x80;
    }

    // Neither unspecified, loopback, multicast nor link-local: usable between routers.
    [[nodiscard]] bool is_routable_unicast() const {
        return !is_unspecified() && !is_loopback() && !is_multicast() && !is_link_local();
    }

    friend auto operator<=>(const Ip6Address&, const Ip6Address&) = default;

private:
    std::array<std::uint8_t, 16> octets_{};
};

class Prefix {
public:
    constexpr Prefix() = default;  // ::/0
    // Host bits are cleared. `length` must be at most 128.
    Prefix(const Ip6Address& address, unsigned length);

    // "2001:db8::/32"; nullopt if malformed or if bits beyond the length are set.
    [[nodiscard]] static std::optional<Prefix> parse(std::string_view text);

    [[nodiscard]] const Ip6Address& address() const { return address_; }

    [[nodiscard]] unsigned length() const { return length_; }

    [[nodiscard]] bool contains(const Ip6Address& address) const;
    [[nodiscard]] bool contains(const Prefix& other) const;

    friend auto operator<=>(const Prefix&, const Prefix&) = default;

private:
    Ip6Address address_;
    std::uint8_t length_ = 0;
};

// A 48-bit IEEE 802 address.
class LinkLayerAddress {
public:
    constexpr LinkLayerAddress() = default;

    constexpr explicit LinkLayerAddress(const std::array<std::uint8_t, 6>& octets)
        : octets_(octets) {}

    // "02:00:00:00:01:01", either case; nullopt otherwise.
    [[nodiscard]] static std::optional<LinkLayerAddress> parse(std::string_view text);
    // nullopt unless `bytes` has six octets.
    [[nodiscard]] static std::optional<LinkLayerAddress> from(ByteView bytes);

    [[nodiscard]] constexpr const std::array<std::uint8_t, 6>& octets() const { return octets_; }

    [[nodiscard]] bool is_zero() const { return *this == LinkLayerAddress{}; }

    [[nodiscard]] bool is_group() const { return (octets_[0] & 0x01U) != 0; }

    friend auto operator<=>(const LinkLayerAddress&, const LinkLayerAddress&) = default;

private:
    std::array<std::uint8_t, 6> octets_{};
};

// fe80::/64 with the modified EUI-64 of `mac` (RFC 4291 appendix A).
[[nodiscard]] Ip6Address link_local_of(const LinkLayerAddress& mac);

[[nodiscard]] std::string to_text(const Ip6Address& address);
[[nodiscard]] std::string to_text(const Prefix& prefix);
[[nodiscard]] std::string to_text(const LinkLayerAddress& address);

}  // namespace dmm
