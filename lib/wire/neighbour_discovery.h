// What Router Solicitations and Router Advertisements share: numbers and the option format.
// RFC 4861 sections 4 and 4.6, RFC 4191 section 2.3.
#pragma once

#include <cstdint>
#include <expected>

#include "lib/base/bytes.h"

namespace dmm::wire {

inline constexpr std::uint8_t kIcmp6 = 58;
// No router forwards a packet that arrives with it: the sender is a neighbour.
inline constexpr std::uint8_t kNdHopLimit = 255;

namespace icmp_type {
inline constexpr std::uint8_t kRouterSolicitation = 133;
inline constexpr std::uint8_t kRouterAdvertisement = 134;
}  // namespace icmp_type

namespace nd_option {
inline constexpr std::uint8_t kSourceLinkLayer = 1;
inline constexpr std::uint8_t kPrefixInformation = 3;
inline constexpr std::uint8_t kMtu = 5;
inline constexpr std::uint8_t kRouteInformation = 24;
}  // namespace nd_option

struct NdOption {
    std::uint8_t type = 0;
    ByteView data;  // behind Type and Length; at least 6 octets
};

enum class NdOptionFault : std::uint8_t { ZeroLength, Truncated };

// The next option; `in` must not be at its end.
[[nodiscard]] std::expected<NdOption, NdOptionFault> read_nd_option(Reader& in);

}  // namespace dmm::wire
