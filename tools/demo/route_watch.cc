#include "tools/demo/route_watch.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "tools/demo/namespaces.h"

namespace dmm::demo {
namespace {

constexpr unsigned char kProtocol = 137;

bool is_ours(const nlmsghdr& header) {
    if (header.nlmsg_type != RTM_NEWROUTE) return false;
    // What follows the header; the kernel's macro for it casts as C does.
    const auto* route = reinterpret_cast<const rtmsg*>(&header + 1);
    static_assert(sizeof(nlmsghdr) == NLMSG_HDRLEN);
    return route->rtm_protocol == kProtocol;
}

}  // namespace

std::expected<RouteWatch, std::string> RouteWatch::open(const std::string& netns) {
    const Inside inside(netns);
    Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl where{};
    where.nl_family = AF_NETLINK;
    where.nl_groups = RTMGRP_IPV6_ROUTE;
    if (!inside.entered() || !socket.valid() ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
        return std::unexpected(
            netns + ": its routes cannot be watched: " + std::generic_category().message(errno));
    }
    return RouteWatch(std::move(socket));
}

bool RouteWatch::drain() const {
    alignas(nlmsghdr) std::array<char, 16384> buffer{};
    bool seen = false;
    for (;;) {
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) return seen;
        auto left = static_cast<unsigned>(got);
        for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
             NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            seen = seen || is_ours(*header);
        }
    }
}

}  // namespace dmm::demo
