#include "tools/demo/capture.h"

#include <array>
#include <cstring>
#include <ctime>
#include <optional>
#include <span>
#include <system_error>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "tools/demo/namespaces.h"
#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr int kDrainAtMost = 256;
constexpr std::uint32_t kKeepOctets = 1024;

// Classic BPF over the packet from its IPv6 header on. Jumps count instructions to skip.
sock_filter load_octet(std::uint32_t at) {
    return {.code = BPF_LD | BPF_B | BPF_ABS, .jt = 0, .jf = 0, .k = at};
}

sock_filter load_half(std::uint32_t at) {
    return {.code = BPF_LD | BPF_H | BPF_ABS, .jt = 0, .jf = 0, .k = at};
}

sock_filter load_word(std::uint32_t at) {
    return {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = at};
}

sock_filter if_equal(std::uint32_t value, std::uint8_t then, std::uint8_t otherwise) {
    return {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = then, .jf = otherwise, .k = value};
}

sock_filter if_at_least(std::uint32_t value, std::uint8_t then, std::uint8_t otherwise) {
    return {.code = BPF_JMP | BPF_JGE | BPF_K, .jt = then, .jf = otherwise, .k = value};
}

sock_filter keep(std::uint32_t octets) {
    return {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = octets};
}

constexpr auto kProtocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);

std::vector<sock_filter> discovery_filter() {
    return {load_half(kProtocol),
            if_equal(ETH_P_IPV6, 0, 5),
            load_octet(6),
            if_equal(58, 0, 3),
            load_octet(40),
            if_equal(133, 2, 0),
            if_equal(134, 1, 0),
            keep(0),
            keep(kKeepOctets)};
}

std::vector<sock_filter> signalling_filter() {
    return {load_octet(6), if_equal(135, 1, 0), keep(0), keep(kKeepOctets)};
}

// Destinations 2001:db8:a100:: to 2001:db8:aN00::, the pools of the scene.
std::vector<sock_filter> arrivals_filter(int except) {
    const auto pool = [](int maar) { return 0xa000U + (static_cast<std::uint32_t>(maar) << 8U); };
    return {load_octet(6),
            if_equal(17, 1, 0),
            if_equal(6, 0, 5),
            load_word(24),
            if_equal(0x20010db8, 0, 3),
            load_half(28),
            if_equal(pool(except), 1, 0),
            if_at_least(pool(1), 1, 0),
            keep(0),
            if_at_least(pool(kMaars) + 0x100U, 0, 1),
            keep(0),
            keep(64)};
}

std::string reason() {
    return std::generic_category().message(errno);
}

std::expected<Descriptor, std::string> open_socket(const std::string& netns,
                                                   const std::string& interface,
                                                   int protocol,
                                                   std::vector<sock_filter> program) {
    const Inside inside(netns);
    if (!inside.entered()) return std::unexpected(netns + ": no such network namespace");
    // Protocol 0 takes nothing in: the filter must stand before the first packet.
    Descriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = program.data()};
    const int on = 1;
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(static_cast<std::uint16_t>(protocol));
    if (!interface.empty())
        where.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (!interface.empty() && where.sll_ifindex == 0) {
        return std::unexpected(netns + ": no interface " + interface);
    }
    if (!socket.valid() ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) != 0 ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
        return std::unexpected(netns + ": no packet socket: " + reason());
    }
    return socket;
}

std::optional<WallTime> timestamp_of(msghdr& message) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec at{};
        std::memcpy(&at, CMSG_DATA(c), sizeof(at));
        return WallTime{std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec)};
    }
    return std::nullopt;
}

std::optional<Sighting> receive(int socket) {
    std::array<std::uint8_t, kKeepOctets> buffer{};
    alignas(cmsghdr) std::array<char, 128> control{};
    sockaddr_ll from{};
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof(from);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket, &message, 0);
    if (got < 0) return std::nullopt;
    return Sighting{.at = timestamp_of(message).value_or(WallTime{}),
                    .outgoing = from.sll_pkttype == PACKET_OUTGOING,
                    .packet = Bytes(buffer.begin(), buffer.begin() + got)};
}

}  // namespace

std::expected<Capture, std::string> Capture::of_discovery(const std::string& netns,
                                                          const std::string& interface) {
    // Only ETH_P_ALL shows what leaves.
    auto socket = open_socket(netns, interface, ETH_P_ALL, discovery_filter());
    if (!socket) return std::unexpected(socket.error());
    return Capture(std::move(*socket));
}

std::expected<Capture, std::string> Capture::of_signalling(const std::string& netns) {
    auto socket = open_socket(netns, "", ETH_P_IPV6, signalling_filter());
    if (!socket) return std::unexpected(socket.error());
    return Capture(std::move(*socket));
}

std::expected<Capture, std::string> Capture::of_arrivals(const std::string& netns,
                                                         const std::string& interface,
                                                         int except) {
    auto socket = open_socket(netns, interface, ETH_P_IPV6, arrivals_filter(except));
    if (!socket) return std::unexpected(socket.error());
    return Capture(std::move(*socket));
}

std::vector<Sighting> Capture::drain() const {
    std::vector<Sighting> out;
    for (int i = 0; i < kDrainAtMost; ++i) {
        std::optional<Sighting> one = receive(socket_.get());
        if (!one) break;
        out.push_back(std::move(*one));
    }
    return out;
}

}  // namespace dmm::demo
