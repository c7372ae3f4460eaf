#include "agent/icmp_socket.h"

#include <cerrno>
#include <utility>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/socket_address.h"

namespace dmm::agent {

std::expected<IcmpSocket, int> IcmpSocket::open(const Ip6Address& address) {
    Descriptor fd(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6));
    if (!fd) return std::unexpected(errno);
    icmp6_filter nothing{};
    ICMP6_FILTER_SETBLOCKALL(&nothing);
    const sockaddr_in6 own = to_sockaddr(address);
    if (setsockopt(fd.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &nothing, sizeof nothing) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        return std::unexpected(errno);
    }
    return IcmpSocket(std::move(fd));
}

std::expected<void, int> IcmpSocket::send(const Ip6Address& to, ByteView message) const {
    const sockaddr_in6 address = to_sockaddr(to);
    const auto sent = ::sendto(fd_.get(),
                               message.data(),
                               message.size(),
                               MSG_DONTWAIT | MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address),
                               sizeof address);
    if (sent < 0) return std::unexpected(errno);
    return {};
}

}  // namespace dmm::agent
