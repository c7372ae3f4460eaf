#include "agent/neighbour_probe.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/neighbour_discovery.h"

namespace dmm::agent {
namespace {

constexpr std::uint8_t kNeighbourSolicitation = 135;
constexpr std::uint8_t kNeighbourAdvertisement = 136;
constexpr std::uint8_t kSolicitedFlag = 0x40;
constexpr std::size_t kIp6HeaderOctets = 40;
constexpr std::size_t kChecksumOffset = 2;

bool has_sound_options(Reader& in) {
    while (in.left() > 0) {
        if (!wire::read_nd_option(in)) return false;
    }
    return true;
}

// The ICMPv6 part of a Neighbour Advertisement whose checksum is right.
bool is_sound_advert(ByteView icmp, const wire::Addresses& addresses) {
    Reader in(icmp);
    const std::uint8_t type = in.u8();
    const std::uint8_t code = in.u8();
    in.skip(sizeof(std::uint16_t));  // the checksum
    const std::uint8_t flags = in.u8();
    in.skip(3);
    const Ip6Address target(in.take16());
    if (in.failed() || type != kNeighbourAdvertisement || code != 0) return false;
    const bool solicited = (flags & kSolicitedFlag) != 0;
    if (!solicited || addresses.destination.is_multicast() || target.is_multicast()) return false;
    return has_sound_options(in);
}

}  // namespace

Bytes probe_packet(const DlifIdentity& router, const Ip6Address& node) {
    Writer icmp;
    icmp.u8(kNeighbourSolicitation);
    icmp.u8(0);
    icmp.u16(0);  // checksum
    icmp.u32(0);  // reserved
    icmp.put(node.octets());
    icmp.u8(wire::nd_option::kSourceLinkLayer);
    icmp.u8(1);
    icmp.put(router.mac.octets());
    icmp.patch_u16(
        kChecksumOffset,
        wire::pseudo_header_checksum(
            icmp.view(), {.source = router.link_local, .destination = node}, wire::kIcmp6));
    Writer out;
    out.u32(0x60000000);  // version 6
    out.u16(static_cast<std::uint16_t>(icmp.size()));
    out.u8(wire::kIcmp6);
    out.u8(wire::kNdHopLimit);
    out.put(router.link_local.octets());
    out.put(node.octets());
    out.put(icmp.view());
    return std::move(out).finish();
}

bool is_probe_answer(ByteView packet) {
    Reader in(packet);
    in.skip(4);  // version, class, flow label
    const std::uint16_t length = in.u16();
    const std::uint8_t next_header = in.u8();
    const std::uint8_t hop_limit = in.u8();
    const Ip6Address source(in.take16());
    const Ip6Address destination(in.take16());
    const ByteView icmp = in.take(length);
    if (in.failed() || next_header != wire::kIcmp6 || hop_limit != wire::kNdHopLimit) return false;
    const wire::Addresses addresses{.source = source, .destination = destination};
    // Over octets that hold their own checksum the sum is zero.
    if (wire::pseudo_header_checksum(icmp, addresses, wire::kIcmp6) != 0) return false;
    return is_sound_advert(icmp, addresses);
}

}  // namespace dmm::agent
