#include "tests/kernel/route_watch.h"

#include <array>
#include <cstdint>

#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/objects.h"

namespace dmm::kernel {
namespace {

constexpr int kRoom = 8 * 1024 * 1024;

std::size_t routes_in(ByteView datagram) {
    std::size_t count = 0;
    while (const auto message = next_message(datagram)) {
        if (message->type != RTM_NEWROUTE) continue;
        const auto route = decode_route(message->payload);
        if (route && route->protocol == kRouteProtocol) ++count;
    }
    return count;
}

}  // namespace

RouteWatch::RouteWatch() : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_IPV6_ROUTE;
    (void)bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    (void)setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kRoom, sizeof kRoom);
}

bool RouteWatch::await(std::size_t count, std::chrono::milliseconds patience) {
    pollfd wait{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    std::array<std::uint8_t, 32768> datagram{};
    for (std::size_t seen = 0; seen < count;) {
        if (poll(&wait, 1, static_cast<int>(patience.count())) <= 0) return false;
        const auto got = recv(fd_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
        if (got > 0) seen += routes_in({datagram.data(), static_cast<std::size_t>(got)});
    }
    return true;
}

void RouteWatch::forget() {
    std::array<std::uint8_t, 32768> datagram{};
    while (recv(fd_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT) > 0) {
    }
}

}  // namespace dmm::kernel
