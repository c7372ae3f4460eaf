#include "tests/kernel/access_bench.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dmm::kernel {
namespace {

constexpr std::size_t kHeaders = 14 + 40;
constexpr int kPatienceMs = 300;  // a packet takes some microseconds, under emulation some more

constexpr const char* kTopology = R"(
ip link set lo up
ip link add lan0 type veth peer name node0
ip link add core0 type veth peer name far0
for i in lan0 node0 core0 far0; do
    echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6
    [ $i = lan0 ] || [ $i = core0 ] && echo 0 >/proc/sys/net/ipv6/conf/$i/disable_ipv6
    ip link set $i up
done
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
ip -6 addr add 2001:db8::1/64 dev core0 nodad
ip -6 neigh add fe80::f dev core0 lladdr 02:00:00:00:0f:0f nud permanent
ip -6 route add 2001:db8:ffff::/48 via fe80::f dev core0
)";

Bytes frame_of(const LinkLayerAddress& to_mac,
               const LinkLayerAddress& from_mac,
               const Ip6Address& from,
               const Ip6Address& to) {
    constexpr std::uint8_t kUdpOctets = 12;
    Bytes out;
    const auto put = [&](const auto& octets) {
        out.insert(out.end(), octets.begin(), octets.end());
    };
    put(to_mac.octets());
    put(from_mac.octets());
    put(std::array<std::uint8_t, 2>{0x86, 0xdd});
    put(std::array<std::uint8_t, 8>{0x60, 0, 0, 0, 0, kUdpOctets, IPPROTO_UDP, 64});
    put(from.octets());
    put(to.octets());
    // The checksum is the receiver's business, and there is none.
    put(std::array<std::uint8_t, kUdpOctets>{0, 9, 0, 9, 0, kUdpOctets, 1, 1});
    return out;
}

LinkLayerAddress mac_of_node(std::uint8_t node) {
    return make_dlif(node, 1).mn;
}

}  // namespace

int run_shell(const std::string& script) {
    std::FILE* shell = popen("/bin/sh -e >/dev/null 2>&1", "w");  // NOLINT(cert-env33-c)
    if (shell == nullptr) return -1;
    std::fputs(script.c_str(), shell);
    return pclose(shell);
}

std::string output_of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
    if (pipe == nullptr) return {};
    std::string out;
    std::array<char, 4096> some{};
    while (const std::size_t got = std::fread(some.data(), 1, some.size(), pipe))
        out.append(some.data(), got);
    return pclose(pipe) == 0 ? out : std::string();
}

Wire::Wire(std::uint32_t interface)
    : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IPV6))) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IPV6);
    address.sll_ifindex = static_cast<int>(interface);
    std::array<sockaddr, 2> raw{};
    std::memcpy(raw.data(), &address, sizeof address);
    (void)bind(fd_, raw.data(), sizeof address);
}

Wire::~Wire() {
    close(fd_);
}

void Wire::send(const Bytes& frame) const {
    (void)::send(fd_, frame.data(), frame.size(), 0);
}

void Wire::forget() const {
    std::array<std::uint8_t, 2048> frame{};
    while (recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT) > 0) {
    }
}

bool Wire::hears(const Ip6Address& from) const {
    pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
    while (poll(&wait, 1, kPatienceMs) > 0) {
        std::array<std::uint8_t, 2048> frame{};
        const auto got = recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT);
        if (got < static_cast<ssize_t>(kHeaders)) continue;
        const bool is_udp = frame[20] == IPPROTO_UDP;
        if (is_udp && std::memcmp(frame.data() + 22, from.octets().data(), 16) == 0) return true;
    }
    return false;
}

Wire::Way Wire::hears_redirect(const Ip6Address& from) const {
    constexpr std::uint8_t kRedirect = 137;
    Way out;
    pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
    while (poll(&wait, 1, kPatienceMs) > 0) {
        std::array<std::uint8_t, 2048> frame{};
        const auto got = recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT);
        if (got < static_cast<ssize_t>(kHeaders)) continue;
        const bool same = std::memcmp(frame.data() + 22, from.octets().data(), 16) == 0;
        out.forwarded = out.forwarded || (frame[20] == IPPROTO_UDP && same);
        out.redirected = out.redirected || (frame[20] == IPPROTO_ICMPV6 && frame[54] == kRedirect);
    }
    return out;
}

AccessBench::AccessBench(Transport& rtnetlink) {
    const bool fine = run_shell(kTopology) == 0;
    auto socket = NetlinkSocket::open(NetlinkSocket::Protocol::Netfilter);
    stage.emplace(Bench{.transport = rtnetlink, .real_tunnels = false}, false, false);
    expect(fine, "two wires");
    if (!socket) {
        expect(false, Stage::text(socket.error()));
        return;
    }
    netfilter = *std::move(socket);
    stage->expect_done(stage->driver.start());
    filter.emplace(std::vector<std::string>{"lan0"}, *netfilter);
    stage->expect_done(filter->start());
    const auto node = stage->world.link("node0");
    const auto far = stage->world.link("far0");
    expect(node && far, "their other ends");
    node_side.emplace(node ? node->index : 0);
    far_side.emplace(far ? far->index : 0);
}

void AccessBench::apply(const MnId& mn, const SessionForwarding& forwarding) {
    filter->want(mn, forwarding);
    filter->send();
    stage->apply(mn, forwarding);
    for (const auto& [node, error] : filter->receive(now))
        expect(false, Stage::text(error));
    now = now + std::chrono::milliseconds(200);
    filter->on_deadline(now);
}

void AccessBench::send_up(std::uint8_t node,
                          const LinkLayerAddress& to_mac,
                          const Ip6Address& from,
                          const Ip6Address& to) const {
    node_side->send(frame_of(to_mac, mac_of_node(node), from, to));
}

bool AccessBench::passes(std::uint8_t node,
                         const LinkLayerAddress& to_mac,
                         const Ip6Address& from) const {
    // A packet that two interfaces hear comes out twice.
    far_side->forget();
    send_up(node, to_mac, from);
    return far_side->hears(from);
}

void AccessBench::send_down(const Ip6Address& to) {
    far_side->send(frame_of(mac_of("core0"), mac_of_node(0xff), kFarAway, to));
}

TrafficReading AccessBench::read() {
    auto reading = filter->read();
    if (reading) return *std::move(reading);
    expect(false, Stage::text(reading.error()));
    return {};
}

LinkLayerAddress AccessBench::mac_of(const std::string& interface) {
    const auto link = stage->world.link(interface);
    return link && link->mac ? *link->mac : LinkLayerAddress{};
}

}  // namespace dmm::kernel
