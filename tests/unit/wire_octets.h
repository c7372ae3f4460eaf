// Mobility Headers put together by hand, for the tests of the decoder.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/catch.h"

namespace dmm::wire::test {

inline const Addresses kAddresses{.source = *Ip6Address::parse("2001:db8:1::1"),
                                  .destination = *Ip6Address::parse("2001:db8:ffff::c0")};

// Header and fixed part of a PBU with the D flag; Header Len and checksum are put in later.
inline constexpr std::string_view kPbu =
    "3b0005000000"
    "0001"
    "8210"
    "0096";
inline constexpr std::string_view kLri =
    "3b0011000000"
    "0001"
    "0000"
    "003c";
inline constexpr std::string_view kMnId = "080401616263";  // "abc"
inline constexpr std::string_view kTimestamp = "1b080000000000010000";

inline Bytes octets(std::string_view hex) {
    const auto bytes = parse_hex(hex);
    REQUIRE(bytes);
    return *bytes;
}

inline void seal(Bytes& bytes) {
    const std::uint16_t sum = mobility_checksum(bytes, kAddresses);
    bytes[4] = static_cast<std::uint8_t>(sum >> 8U);
    bytes[5] = static_cast<std::uint8_t>(sum & 0xffU);
}

// `hex` padded with Pad1 to a multiple of 8, Header Len and checksum right.
inline Bytes message(std::string_view hex) {
    Bytes bytes = octets(hex);
    bytes.resize((bytes.size() + 7) / 8 * 8);
    bytes[1] = static_cast<std::uint8_t>(bytes.size() / 8 - 1);
    seal(bytes);
    return bytes;
}

inline Bytes pbu(std::string_view options) {
    return message(std::string(kPbu) + std::string(options));
}

inline DecodeError error_of(const Bytes& bytes) {
    const auto decoded = decode(bytes, kAddresses);
    REQUIRE_FALSE(decoded);
    return decoded.error();
}

inline Decoded decoded(const Bytes& bytes) {
    auto result = decode(bytes, kAddresses);
    INFO(to_hex(bytes) << (result ? std::string() : to_text(result.error())));
    REQUIRE(result);
    return *result;
}

inline const Options& options_in(const Decoded& d) {
    const Options* options = options_of(d.message);
    REQUIRE(options != nullptr);
    return *options;
}

inline std::string zeros(std::size_t octets) {
    return std::string(octets * 2, '0');
}

}  // namespace dmm::wire::test
