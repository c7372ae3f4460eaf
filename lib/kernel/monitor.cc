#include "lib/kernel/monitor.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "lib/kernel/netlink_parser.h"
#include "lib/kernel/objects.h"

namespace dmm::kernel {
namespace {

// A burst of some thousand deletions; what is lost beyond costs one look at everything.
constexpr int kReceiveBuffer = 2 * 1024 * 1024;
constexpr std::size_t kDatagram = std::size_t{32} * 1024;
constexpr int kMostDatagrams = 256;

constexpr std::uint32_t kTypeOffset = offsetof(nlmsghdr, nlmsg_type);
constexpr std::uint32_t kPortOffset = offsetof(nlmsghdr, nlmsg_pid);
constexpr std::uint32_t kPayload = NLMSG_HDRLEN;
constexpr std::uint32_t kIndexOffset = kPayload + offsetof(ifinfomsg, ifi_index);
constexpr std::uint32_t kFlagsOffset = kPayload + offsetof(ifinfomsg, ifi_flags);
constexpr std::uint32_t kChangeOffset = kPayload + offsetof(ifinfomsg, ifi_change);
constexpr std::uint32_t kProtocolOffset = kPayload + offsetof(rtmsg, rtm_protocol);
constexpr std::uint32_t kTableOffset = kPayload + offsetof(rtmsg, rtm_table);

// Ways to the verdicts at the end of the filter, put in when its length is known.
constexpr std::uint8_t kAccept = 255;
constexpr std::uint8_t kDrop = 254;

sock_filter load(unsigned size, std::uint32_t offset) {
    return {
        .code = static_cast<std::uint16_t>(BPF_LD | size | BPF_ABS), .jt = 0, .jf = 0, .k = offset};
}

sock_filter test(unsigned how, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
    return {
        .code = static_cast<std::uint16_t>(BPF_JMP | how | BPF_K), .jt = yes, .jf = no, .k = value};
}

// A filter reads numbers as if they were in network order; these are in the host's.
sock_filter is_type(std::uint16_t type, std::uint8_t yes, std::uint8_t no) {
    return test(BPF_JEQ, htons(type), yes, no);
}

sock_filter verdict(std::uint32_t octets) {
    return {.code = static_cast<std::uint16_t>(BPF_RET | BPF_K), .jt = 0, .jf = 0, .k = octets};
}

// That an index is one of ours (Actual::kFirstIndex), as nearly as a filter can tell.
constexpr std::uint32_t kHighIndex = 0xffff0000;

bool attach_filter(int fd, std::uint32_t own_port) {
    std::array<sock_filter, 27> code{{
        // Our own changes, where the kernel says whose they are (6.1: not of links, addresses).
        load(BPF_W, kPortOffset),
        test(BPF_JEQ, htonl(own_port), own_port == 0 ? std::uint8_t{0} : kDrop, 0),
        load(BPF_H, kTypeOffset),
        is_type(RTM_DELLINK, kAccept, 0),
        is_type(RTM_DELADDR, kAccept, 0),
        is_type(RTM_DELNEIGH, kAccept, 0),
        is_type(RTM_DELRULE, kAccept, 0),
        is_type(RTM_NEWRULE, kAccept, 0),
        is_type(RTM_DELROUTE, 2, 0),
        is_type(RTM_NEWROUTE, 3, 0),
        is_type(RTM_NEWLINK, 6, kDrop),
        // A route that is gone: one of ours.
        load(BPF_B, kProtocolOffset),
        test(BPF_JEQ, kRouteProtocol, kAccept, kDrop),
        // A new route: one of others in a table with a high number, as ours has.
        load(BPF_B, kProtocolOffset),
        test(BPF_JEQ, kRouteProtocol, kDrop, 0),
        load(BPF_B, kTableOffset),
        test(BPF_JEQ, RT_TABLE_COMPAT, kAccept, kDrop),
        // A link of ours: when it is set down, unless it is only just made.
        load(BPF_W, kIndexOffset),
        test(BPF_JSET, htonl(kHighIndex), 0, 4),
        load(BPF_W, kFlagsOffset),
        test(BPF_JSET, htonl(IFF_UP), kDrop, 0),
        load(BPF_W, kChangeOffset),
        test(BPF_JEQ, 0xffffffff, kDrop, 1),
        // One of others: when it is new, goes up or down.
        load(BPF_W, kChangeOffset),
        test(BPF_JSET, htonl(IFF_UP), kAccept, kDrop),
        verdict(0),
        verdict(0xffffffff),
    }};
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (BPF_CLASS(code[i].code) != BPF_JMP) continue;
        for (std::uint8_t* way : {&code[i].jt, &code[i].jf}) {
            const std::size_t end = code.size() - i;
            if (*way == kAccept) *way = static_cast<std::uint8_t>(end - 2);
            if (*way == kDrop) *way = static_cast<std::uint8_t>(end - 3);
        }
    }
    const sock_fprog program{.len = code.size(), .filter = code.data()};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

constexpr std::array<int, 5> kGroups{
    RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE};

}  // namespace

Monitor::Monitor(mnl_socket* socket) : socket_(socket), buffer_(kDatagram) {}

Monitor::~Monitor() {
    mnl_socket_close(socket_);
}

int Monitor::fd() const {
    return mnl_socket_get_fd(socket_);
}

std::expected<std::unique_ptr<Monitor>, KernelError> Monitor::open(std::uint32_t own_port) {
    const auto failure = [](const char* call) {
        const int code = errno;
        return std::unexpected(KernelError{
            .operation = call, .code = code, .text = std::system_category().message(code)});
    };
    mnl_socket* raw = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (raw == nullptr) return failure("socket(AF_NETLINK)");
    std::unique_ptr<Monitor> monitor(new Monitor(raw));
    const int fd = monitor->fd();
    // Before it joins, so that nothing comes in that the filter would keep out.
    if (!attach_filter(fd, own_port)) return failure("setsockopt(SO_ATTACH_FILTER)");
    if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) return failure("bind(AF_NETLINK)");
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
    for (int group : kGroups) {
        if (mnl_socket_setsockopt(raw, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
            return failure("setsockopt(NETLINK_ADD_MEMBERSHIP)");
        }
    }
    return monitor;
}

Heard Monitor::read() {
    Heard heard;
    for (int i = 0; i < kMostDatagrams; ++i) {
        sockaddr_nl from{};
        iovec io{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
        msghdr header{};
        header.msg_name = &from;
        header.msg_namelen = sizeof from;
        header.msg_iov = &io;
        header.msg_iovlen = 1;
        const ssize_t length = recvmsg(fd(), &header, MSG_DONTWAIT);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) {
            if (errno == EAGAIN) break;
            heard.overrun = true;
            continue;
        }
        // Any process may send to our port; only port 0 is the kernel.
        if (header.msg_namelen != sizeof from || from.nl_pid != 0) continue;
        if ((header.msg_flags & MSG_TRUNC) != 0) {
            heard.overrun = true;
            continue;
        }
        ByteView rest = ByteView(buffer_).first(static_cast<std::size_t>(length));
        while (const auto message = next_message(rest)) {
            if (auto notification = decode_notification(*message)) {
                heard.notifications.push_back(*std::move(notification));
            }
        }
    }
    return heard;
}

}  // namespace dmm::kernel
