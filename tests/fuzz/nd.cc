// Neighbour Discovery: a packet as a Router Solicitation, an ICMPv6 message as a Router
// Advertisement with its way back to octets and to text. The first octet chooses.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/assert.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/router_advert.h"
#include "tests/fuzz/choices.h"

namespace {

using namespace dmm;
using namespace dmm::wire;

constexpr std::size_t kIp6HeaderOctets = 40;
constexpr std::size_t kChecksumOffset = kIp6HeaderOctets + 2;
constexpr std::uint8_t kIcmp6 = 58;

void check_solicit(ByteView packet) {
    const auto solicit = decode_solicit_packet(packet);
    if (!solicit) {
        DMM_ASSERT(!name_of(solicit.error()).empty());
        return;
    }
    DMM_ASSERT(std::ranges::equal(packet.subspan(8, 16), solicit->source.octets()));
    DMM_ASSERT(!(solicit->source.is_unspecified() && solicit->source_link_layer));
}

// The packet with true lengths and a true checksum, so that the options are reached.
Bytes sealed(ByteView input) {
    Bytes packet(input.begin(), input.end());
    if (packet.size() < kIp6HeaderOctets + 4 || packet.size() > 1280) return packet;
    const std::size_t payload = packet.size() - kIp6HeaderOctets;
    packet[4] = static_cast<std::uint8_t>(payload >> 8U);
    packet[5] = static_cast<std::uint8_t>(payload & 0xffU);
    const ByteView view(packet);
    const Addresses addresses{.source = Ip6Address(Reader(view.subspan(8)).take16()),
                              .destination = Ip6Address(Reader(view.subspan(24)).take16())};
    packet[kChecksumOffset] = packet[kChecksumOffset + 1] = 0;
    const std::uint16_t sum =
        pseudo_header_checksum(view.subspan(kIp6HeaderOctets), addresses, kIcmp6);
    packet[kChecksumOffset] = static_cast<std::uint8_t>(sum >> 8U);
    packet[kChecksumOffset + 1] = static_cast<std::uint8_t>(sum & 0xffU);
    return packet;
}

void check_advert(ByteView icmp) {
    const auto advert = decode_advert(icmp);
    if (!advert) return;
    const Bytes packet = encode_advert_packet(*advert, Ip6Address({0xfe, 0x80, 1}), Ip6Address());
    const auto again = decode_advert(ByteView(packet).subspan(kIp6HeaderOctets));
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *advert);
    const auto parsed = parse_advert(to_text(*advert));
    DMM_ASSERT(parsed.has_value());
    DMM_ASSERT(*parsed == *advert);
}

// Any text: what it is understood as is told in a way that is understood alike.
void check_text(ByteView input) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
    const auto advert = parse_advert(text);
    if (!advert) return;
    const auto again = parse_advert(to_text(*advert));
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *advert);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    test::by_first_octet<4>({data, size},
                            {check_solicit,
                             [](ByteView packet) { check_solicit(sealed(packet)); },
                             check_advert,
                             check_text});
    return 0;
}
