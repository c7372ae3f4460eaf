#include "lib/base/assert.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/neighbour_discovery.h"
#include "lib/wire/router_advert.h"

namespace dmm::wire {
namespace {

constexpr std::size_t kIp6HeaderOctets = 40;
constexpr std::size_t kSolicitOctets = 8;  // before the options

struct Ip6Header {
    std::uint8_t hop_limit = 0;
    Addresses addresses;
    ByteView payload;
};

// Neighbour Discovery is never behind an extension header that a host has reason to send, so
// only ICMPv6 directly behind the IPv6 header is looked at.
std::expected<Ip6Header, SolicitFault> read_ip6_header(ByteView packet) {
    if (packet.empty() || packet.front() >> 4U != 6) {
        return std::unexpected(packet.empty() ? SolicitFault::Truncated
                                              : SolicitFault::NotASolicitation);
    }
    if (packet.size() < kIp6HeaderOctets) return std::unexpected(SolicitFault::Truncated);
    Reader in(packet);
    in.skip(4);
    const std::uint16_t payload = in.u16();
    const std::uint8_t next_header = in.u8();
    Ip6Header header;
    header.hop_limit = in.u8();
    header.addresses.source = Ip6Address(in.take16());
    header.addresses.destination = Ip6Address(in.take16());
    if (next_header != kIcmp6) return std::unexpected(SolicitFault::NotASolicitation);
    header.payload = in.take(payload);
    if (in.failed()) return std::unexpected(SolicitFault::Truncated);
    return header;
}

std::expected<RouterSolicit, SolicitFault> read_options(Reader& in, const Ip6Address& source) {
    RouterSolicit solicit{.source = source, .source_link_layer = std::nullopt};
    while (in.left() > 0) {
        const auto option = read_nd_option(in);
        if (!option) {
            return std::unexpected(option.error() == NdOptionFault::ZeroLength
                                       ? SolicitFault::ZeroLengthOption
                                       : SolicitFault::Truncated);
        }
        if (option->type != nd_option::kSourceLinkLayer) continue;
        if (source.is_unspecified()) return std::unexpected(SolicitFault::LinkLayerFromUnspecified);
        solicit.source_link_layer = LinkLayerAddress::from(option->data);
    }
    return solicit;
}

}  // namespace

std::string_view name_of(SolicitFault fault) {
    switch (fault) {
        case SolicitFault::NotASolicitation:
            return "not_a_solicitation";
        case SolicitFault::Truncated:
            return "truncated";
        case SolicitFault::BadHopLimit:
            return "bad_hop_limit";
        case SolicitFault::BadChecksum:
            return "bad_checksum";
        case SolicitFault::BadCode:
            return "bad_code";
        case SolicitFault::ZeroLengthOption:
            return "zero_length_option";
        case SolicitFault::LinkLayerFromUnspecified:
            return "link_layer_from_unspecified";
    }
    DMM_ASSERT(false);
    return {};
}

// RFC 4861 section 6.1.1. What is no solicitation at all is told from a bad one first, so
// that the counters of bad ones do not count other people's packets.
std::expected<RouterSolicit, SolicitFault> decode_solicit_packet(ByteView packet) {
    const auto header = read_ip6_header(packet);
    if (!header) return std::unexpected(header.error());
    const ByteView icmp = header->payload;
    if (icmp.empty()) return std::unexpected(SolicitFault::Truncated);
    if (icmp.front() != icmp_type::kRouterSolicitation) {
        return std::unexpected(SolicitFault::NotASolicitation);
    }
    if (header->hop_limit != kNdHopLimit) return std::unexpected(SolicitFault::BadHopLimit);
    if (icmp.size() < kSolicitOctets) return std::unexpected(SolicitFault::Truncated);
    // Over octets that hold their own checksum the sum comes out as zero.
    if (pseudo_header_checksum(icmp, header->addresses, kIcmp6) != 0) {
        return std::unexpected(SolicitFault::BadChecksum);
    }
    if (icmp[1] != 0) return std::unexpected(SolicitFault::BadCode);
    // RFC 4291 section 2.7: a multicast address is no source of anything.
    if (header->addresses.source.is_multicast()) {
        return std::unexpected(SolicitFault::NotASolicitation);
    }
    Reader in(icmp.subspan(kSolicitOctets));
    return read_options(in, header->addresses.source);
}

}  // namespace dmm::wire
