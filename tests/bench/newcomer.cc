#include "tests/bench/newcomer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/socket.h>

#include "lib/base/bytes.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/neighbour_discovery.h"

namespace dmm::bench {
namespace {

const Ip6Address kAllRouters = Ip6Address::parse("ff02::2").value();
constexpr std::array<std::uint8_t, 6> kAllRoutersMac{0x33, 0x33, 0, 0, 0, 2};

[[noreturn]] void give_up(const std::string& interface) {
    (void)std::fprintf(stderr, "bench: no node can come over %s\n", interface.c_str());
    std::exit(1);
}

Bytes solicitation_of(const LinkLayerAddress& mac) {
    const wire::Addresses addresses{.source = link_local_of(mac), .destination = kAllRouters};
    constexpr std::size_t kChecksumOffset = 2;
    Writer icmp;
    icmp.u8(wire::icmp_type::kRouterSolicitation);
    icmp.u8(0);
    icmp.u16(0);  // checksum
    icmp.u32(0);  // reserved
    icmp.u8(wire::nd_option::kSourceLinkLayer);
    icmp.u8(1);
    icmp.put(mac.octets());
    icmp.patch_u16(kChecksumOffset,
                   wire::pseudo_header_checksum(icmp.view(), addresses, wire::kIcmp6));
    Writer out;
    out.put(kAllRoutersMac);
    out.put(mac.octets());
    out.u16(ETHERTYPE_IPV6);
    out.u32(0x60000000);  // version 6
    out.u16(static_cast<std::uint16_t>(icmp.size()));
    out.u8(wire::kIcmp6);
    out.u8(wire::kNdHopLimit);
    out.put(addresses.source.octets());
    out.put(addresses.destination.octets());
    out.put(icmp.view());
    return std::move(out).finish();
}

}  // namespace

Newcomers::Newcomers(const std::string& interface)
    : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)),
      index_(static_cast<int>(if_nametoindex(interface.c_str()))) {
    if (!fd_ || index_ == 0) give_up(interface);
}

void Newcomers::solicit(const LinkLayerAddress& mac) const {
    const Bytes frame = solicitation_of(mac);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = index_;
    to.sll_halen = kAllRoutersMac.size();
    std::ranges::copy(kAllRoutersMac, std::begin(to.sll_addr));
    const auto sent = sendto(fd_.get(),
                             frame.data(),
                             frame.size(),
                             0,
                             reinterpret_cast<const sockaddr*>(&to),
                             sizeof to);
    if (sent != static_cast<ssize_t>(frame.size())) give_up("its link");
}

}  // namespace dmm::bench
