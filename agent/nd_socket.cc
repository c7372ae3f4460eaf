#include "agent/nd_socket.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

namespace dmm::agent {
namespace {

constexpr std::uint32_t kNextHeaderOffset = 6;
constexpr std::uint32_t kIcmpTypeOffset = 40;
constexpr std::uint32_t kIcmp6 = 58;
constexpr std::uint32_t kRouterSolicitation = 133;
constexpr std::uint32_t kNeighbourAdvertisement = 136;

constexpr std::uint32_t ancillary(int what) {
    return static_cast<std::uint32_t>(SKF_AD_OFF + what);
}

// Accepts IPv6 without a VLAN tag that has the ICMPv6 header right behind the IPv6 header and is of
// one of the two types. Offsets count from the IPv6 header, as the socket is of type SOCK_DGRAM.
bool attach_filter(int fd) {
    constexpr auto kLoadHalf = static_cast<std::uint16_t>(BPF_LD | BPF_H | BPF_ABS);
    constexpr auto kLoadOctet = static_cast<std::uint16_t>(BPF_LD | BPF_B | BPF_ABS);
    constexpr auto kJumpIfEqual = static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
    constexpr auto kReturn = static_cast<std::uint16_t>(BPF_RET | BPF_K);
    // First what tells the data of all nodes from the rest: each frame of the link is looked at.
    std::array<sock_filter, 11> code{{
        {.code = kLoadOctet, .jt = 0, .jf = 0, .k = kNextHeaderOffset},
        {.code = kJumpIfEqual, .jt = 0, .jf = 8, .k = kIcmp6},
        {.code = kLoadOctet, .jt = 0, .jf = 0, .k = kIcmpTypeOffset},
        {.code = kJumpIfEqual, .jt = 1, .jf = 0, .k = kRouterSolicitation},
        {.code = kJumpIfEqual, .jt = 0, .jf = 5, .k = kNeighbourAdvertisement},
        {.code = kLoadHalf, .jt = 0, .jf = 0, .k = ancillary(SKF_AD_PROTOCOL)},
        {.code = kJumpIfEqual, .jt = 0, .jf = 3, .k = ETH_P_IPV6},
        {.code = kLoadHalf, .jt = 0, .jf = 0, .k = ancillary(SKF_AD_VLAN_TAG_PRESENT)},
        {.code = kJumpIfEqual, .jt = 0, .jf = 1, .k = 0},
        {.code = kReturn, .jt = 0, .jf = 0, .k = 0xffff},
        {.code = kReturn, .jt = 0, .jf = 0, .k = 0},
    }};
    const sock_fprog program{.len = code.size(), .filter = code.data()};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

int pending_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
    return error;
}

// Of protocol 0, so that nothing is heard before bind() says what.
Descriptor open_packet_socket() {
    return Descriptor(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

sockaddr_ll link_address(std::uint32_t index, std::uint16_t protocol) {
    sockaddr_ll out{};
    out.sll_family = AF_PACKET;
    out.sll_protocol = htons(protocol);
    out.sll_ifindex = static_cast<int>(index);
    return out;
}

}  // namespace

std::expected<NdListener, int> NdListener::open(const std::string& link) {
    const unsigned index = if_nametoindex(link.c_str());
    if (index == 0) return std::unexpected(ENODEV);
    Descriptor fd = open_packet_socket();
    if (!fd || !attach_filter(fd.get())) return std::unexpected(errno);
    // All protocols: only then are frames heard before a DLIF takes them, such as the answer to a
    // probe. Not our own, which would be copied before the filter sees them.
    const int ignore = 1;
    if (::setsockopt(fd.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore) != 0) {
        return std::unexpected(errno);
    }
    const sockaddr_ll address = link_address(index, ETH_P_ALL);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return std::unexpected(errno);
    }
    // An interface that is down can be bound to; the socket's error tells.
    const int error = pending_error(fd.get());
    if (error != 0) return std::unexpected(error);
    return NdListener(std::move(fd));
}

std::expected<std::optional<NdListener::Frame>, int> NdListener::receive() {
    while (true) {
        sockaddr_ll from{};
        socklen_t length = sizeof from;
        const ssize_t taken = ::recvfrom(fd_.get(),
                                         octets_.data(),
                                         octets_.size(),
                                         MSG_DONTWAIT,
                                         reinterpret_cast<sockaddr*>(&from),
                                         &length);
        if (taken < 0 && errno == EAGAIN) return std::nullopt;
        if (taken < 0 && errno == EINTR) continue;
        if (taken < 0) return std::unexpected(errno);
        if (from.sll_pkttype == PACKET_OUTGOING || from.sll_halen != 6) continue;
        if (taken <= static_cast<ssize_t>(kIcmpTypeOffset)) continue;
        std::array<std::uint8_t, 6> source{};
        std::copy_n(std::begin(from.sll_addr), source.size(), source.begin());
        return Frame{.source = LinkLayerAddress(source),
                     .packet = {octets_.data(), static_cast<std::size_t>(taken)}};
    }
}

std::expected<NdSender, int> NdSender::open() {
    Descriptor fd = open_packet_socket();
    if (!fd) return std::unexpected(errno);
    return NdSender(std::move(fd));
}

std::expected<void, int> NdSender::send(std::uint32_t index,
                                        const LinkLayerAddress& to,
                                        ByteView packet) const {
    sockaddr_ll address = link_address(index, ETH_P_IPV6);
    address.sll_halen = static_cast<unsigned char>(to.octets().size());
    std::copy(to.octets().begin(), to.octets().end(), std::begin(address.sll_addr));
    const ssize_t sent = ::sendto(fd_.get(),
                                  packet.data(),
                                  packet.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&address),
                                  sizeof address);
    if (sent < 0) return std::unexpected(errno);
    return {};
}

}  // namespace dmm::agent
