#include "lib/wire/router_advert.h"

#include <algorithm>
#include <limits>

#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/neighbour_discovery.h"

namespace dmm::wire {
namespace {

constexpr std::size_t kChecksumOffset = 2;
constexpr std::size_t kAdvertOctets = 16;  // before the options

constexpr std::uint8_t kOnLink = 0x80;
constexpr std::uint8_t kAutonomous = 0x40;

// RFC 4191 section 2.1: two bits, signed. The fourth pattern is reserved.
constexpr std::uint8_t kPreferenceMask = 0x18;
constexpr std::uint8_t kHighBits = 0x08;
constexpr std::uint8_t kLowBits = 0x18;
constexpr std::uint8_t kReservedBits = 0x10;

std::uint8_t bits_of(RouterPreference preference) {
    switch (preference) {
        case RouterPreference::Low:
            return kLowBits;
        case RouterPreference::Medium:
            return 0;
        case RouterPreference::High:
            return kHighBits;
    }
    return 0;
}

// nullopt for the reserved pattern.
std::optional<RouterPreference> preference_of(std::uint8_t flags) {
    switch (flags & kPreferenceMask) {
        case kHighBits:
            return RouterPreference::High;
        case kLowBits:
            return RouterPreference::Low;
        case kReservedBits:
            return std::nullopt;
        default:
            return RouterPreference::Medium;
    }
}

// A lifetime in its field: 0xffffffff (infinite) is the most.
template <typename Field>
Field clamped(std::chrono::seconds lifetime) {
    constexpr std::int64_t kMost = std::numeric_limits<Field>::max();
    return static_cast<Field>(std::clamp<std::int64_t>(lifetime.count(), 0, kMost));
}

void put_source_link_layer(const LinkLayerAddress& address, Writer& out) {
    out.u8(nd_option::kSourceLinkLayer);
    out.u8(1);
    out.put(address.octets());
}

void put_mtu(std::uint32_t mtu, Writer& out) {
    out.u8(nd_option::kMtu);
    out.u8(1);
    out.u16(0);
    out.u32(mtu);
}

// RFC 4861 section 4.6.2.
void put_prefix(const PrefixInformation& info, Writer& out) {
    out.u8(nd_option::kPrefixInformation);
    out.u8(4);
    out.u8(static_cast<std::uint8_t>(info.prefix.length()));
    out.u8(static_cast<std::uint8_t>((info.on_link ? kOnLink : 0U) |
                                     (info.autonomous ? kAutonomous : 0U)));
    out.u32(clamped<std::uint32_t>(info.valid));
    // A host ignores the whole option if it is preferred for longer than it is valid.
    out.u32(clamped<std::uint32_t>(std::min(info.preferred, info.valid)));
    out.u32(0);
    out.put(info.prefix.address().octets());
}

// RFC 4191 section 2.3: as many 64-bit words of the prefix as its length needs.
std::size_t route_words(unsigned prefix_length) {
    return (std::size_t{prefix_length} + 63) / 64;
}

void put_route(const RouteInformation& info, Writer& out) {
    const std::size_t words = route_words(info.prefix.length());
    out.u8(nd_option::kRouteInformation);
    out.u8(static_cast<std::uint8_t>(1 + words));
    out.u8(static_cast<std::uint8_t>(info.prefix.length()));
    out.u8(bits_of(info.preference));
    out.u32(clamped<std::uint32_t>(info.lifetime));
    out.put(ByteView(info.prefix.address().octets()).first(words * 8));
}

Bytes advert_of(const RouterAdvert& advert) {
    Writer out;
    const auto lifetime = clamped<std::uint16_t>(advert.router_lifetime);
    out.u8(icmp_type::kRouterAdvertisement);
    out.u8(0);
    out.u16(0);
    out.u8(advert.hop_limit);
    // RFC 4191 section 2.2: no preference without a lifetime.
    out.u8(lifetime == 0 ? std::uint8_t{0} : bits_of(advert.preference));
    out.u16(lifetime);
    out.u32(0);  // Reachable Time: unspecified
    out.u32(0);  // Retrans Timer: unspecified
    if (advert.source_link_layer) put_source_link_layer(*advert.source_link_layer, out);
    if (advert.mtu != 0) put_mtu(advert.mtu, out);
    for (const PrefixInformation& info : advert.prefixes)
        put_prefix(info, out);
    for (const RouteInformation& info : advert.routes)
        put_route(info, out);
    return std::move(out).finish();
}

// --- Decoding --------------------------------------------------------------------------

// The option's octets behind Type and Length. False if the advertisement is malformed; an
// option that its RFC tells hosts to ignore is ignored here too.
bool take_prefix(ByteView data, RouterAdvert& advert) {
    if (data.size() != 30) return false;
    Reader in(data);
    const std::uint8_t length = in.u8();
    const std::uint8_t flags = in.u8();
    PrefixInformation info;
    info.valid = std::chrono::seconds(in.u32());
    info.preferred = std::chrono::seconds(in.u32());
    in.skip(4);
    if (length > 128) return false;
    info.prefix = Prefix(Ip6Address(in.take16()), length);
    info.on_link = (flags & kOnLink) != 0;
    info.autonomous = (flags & kAutonomous) != 0;
    // RFC 4862 section 5.5.3 c.
    if (info.preferred <= info.valid) advert.prefixes.push_back(info);
    return true;
}

bool take_route(ByteView data, RouterAdvert& advert) {
    if (data.size() > 22) return false;
    Reader in(data);
    const std::uint8_t length = in.u8();
    const auto preference = preference_of(in.u8());
    RouteInformation info;
    info.lifetime = std::chrono::seconds(in.u32());
    if (length > 128 || route_words(length) * 8 > in.left()) return false;
    std::array<std::uint8_t, 16> octets{};
    const ByteView sent = in.rest();
    std::copy(sent.begin(), sent.end(), octets.begin());
    info.prefix = Prefix(Ip6Address(octets), length);
    if (!preference) return true;
    info.preference = *preference;
    advert.routes.push_back(info);
    return true;
}

bool take_option(const NdOption& option, RouterAdvert& advert) {
    switch (option.type) {
        case nd_option::kSourceLinkLayer:
            advert.source_link_layer = LinkLayerAddress::from(option.data);
            return true;
        case nd_option::kMtu: {
            if (option.data.size() != 6) return false;
            Reader in(option.data);
            in.skip(2);
            advert.mtu = in.u32();
            return true;
        }
        case nd_option::kPrefixInformation:
            return take_prefix(option.data, advert);
        case nd_option::kRouteInformation:
            return take_route(option.data, advert);
        default:
            return true;
    }
}

}  // namespace

Bytes encode_advert_packet(const RouterAdvert& advert,
                           const Ip6Address& source,
                           const Ip6Address& destination) {
    Bytes icmp = advert_of(advert);
    const std::uint16_t checksum =
        pseudo_header_checksum(icmp, {.source = source, .destination = destination}, kIcmp6);
    icmp[kChecksumOffset] = static_cast<std::uint8_t>(checksum >> 8U);
    icmp[kChecksumOffset + 1] = static_cast<std::uint8_t>(checksum & 0xffU);

    Writer packet;
    packet.u32(std::uint32_t{6} << 28U);
    packet.u16(static_cast<std::uint16_t>(icmp.size()));
    packet.u8(kIcmp6);
    packet.u8(kNdHopLimit);
    packet.put(source.octets());
    packet.put(destination.octets());
    packet.put(icmp);
    return std::move(packet).finish();
}

std::optional<RouterAdvert> decode_advert(ByteView icmp) {
    if (icmp.size() < kAdvertOctets) return std::nullopt;
    Reader in(icmp);
    const std::uint8_t type = in.u8();
    const std::uint8_t code = in.u8();
    if (type != icmp_type::kRouterAdvertisement || code != 0) return std::nullopt;
    in.skip(2);
    RouterAdvert advert;
    advert.hop_limit = in.u8();
    const std::uint8_t flags = in.u8();
    advert.router_lifetime = std::chrono::seconds(in.u16());
    // RFC 4191 section 2.2: the reserved pattern, and any without a lifetime, mean medium.
    if (advert.router_lifetime.count() != 0) {
        advert.preference = preference_of(flags).value_or(RouterPreference::Medium);
    }
    in.skip(8);
    while (in.left() > 0) {
        const auto option = read_nd_option(in);
        if (!option || !take_option(*option, advert)) return std::nullopt;
    }
    return advert;
}

}  // namespace dmm::wire
