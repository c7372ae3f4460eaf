// IPv6 addresses to and from the form of the socket calls.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/base/ip.h"

namespace dmm::agent {

[[nodiscard]] inline sockaddr_in6 to_sockaddr(const Ip6Address& address) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    std::copy(address.octets().begin(), address.octets().end(), std::begin(out.sin6_addr.s6_addr));
    return out;
}

[[nodiscard]] inline Ip6Address from_sockaddr(const sockaddr_in6& address) {
    std::array<std::uint8_t, 16> octets{};
    std::copy(
        std::begin(address.sin6_addr.s6_addr), std::end(address.sin6_addr.s6_addr), octets.begin());
    return Ip6Address(octets);
}

}  // namespace dmm::agent
