#include "agent/neighbour_probe.h"
#include "lib/base/text.h"
#include "lib/wire/encode.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

const DlifIdentity kRouter{.mac = *LinkLayerAddress::parse("02:00:00:00:00:01"),
                           .link_local = *Ip6Address::parse("fe80::1")};
const Ip6Address kNode = *Ip6Address::parse("fe80::2");

struct Answer {
    std::uint8_t type = 136;
    std::uint8_t code = 0;
    std::uint8_t flags = 0x60;  // solicited, override
    std::uint8_t hop_limit = 255;
    Ip6Address destination = kRouter.link_local;
    Bytes options{2, 1, 2, 0, 0, 0, 1, 1};
};

Bytes packet_of(const Answer& answer) {
    Writer icmp;
    icmp.u8(answer.type);
    icmp.u8(answer.code);
    icmp.u16(0);
    icmp.u32(std::uint32_t{answer.flags} << 24U);
    icmp.put(kNode.octets());
    icmp.put(answer.options);
    icmp.patch_u16(2,
                   wire::pseudo_header_checksum(
                       icmp.view(), {.source = kNode, .destination = answer.destination}, 58));
    Writer out;
    out.u32(0x60000000);
    out.u16(static_cast<std::uint16_t>(icmp.size()));
    out.u8(58);
    out.u8(answer.hop_limit);
    out.put(kNode.octets());
    out.put(answer.destination.octets());
    out.put(icmp.view());
    return std::move(out).finish();
}

TEST_CASE("a probe is the packet of RFC 4861 section 4.3, octet for octet") {
    // The checksum was worked out by hand from the sixteen-bit words.
    const Bytes expected = *parse_hex(
        "6000000000203aff"
        "fe800000000000000000000000000001"
        "fe800000000000000000000000000002"
        "87007a1b00000000"
        "fe800000000000000000000000000002"
        "0101020000000001");
    CHECK(to_hex(probe_packet(kRouter, kNode)) == to_hex(expected));
}

TEST_CASE("a solicited neighbour advertisement is an answer") {
    CHECK(is_probe_answer(packet_of({})));
    CHECK(is_probe_answer(packet_of({.options = {}})));
}

TEST_CASE("octets behind the packet are padding of the frame") {
    Bytes packet = packet_of({.options = {}});
    packet.resize(packet.size() + 6, 0xee);
    CHECK(is_probe_answer(packet));
}

TEST_CASE("advertisements that answer nothing or came from afar are no answers") {
    CHECK(!is_probe_answer(packet_of({.type = 135})));
    CHECK(!is_probe_answer(packet_of({.code = 1})));
    CHECK(!is_probe_answer(packet_of({.flags = 0x20})));
    CHECK(!is_probe_answer(packet_of({.hop_limit = 254})));
    CHECK(!is_probe_answer(packet_of({.destination = *Ip6Address::parse("ff02::1")})));
    CHECK(!is_probe_answer(packet_of({.options = {2, 0, 2, 0, 0, 0, 1, 1}})));
}

TEST_CASE("an answer with any bit of it turned is none, nor one cut short") {
    const Bytes whole = packet_of({});
    for (std::size_t at = 8; at < whole.size(); ++at) {
        Bytes bent = whole;
        bent[at] ^= 0x10;
        CHECK(!is_probe_answer(bent));
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK(!is_probe_answer(ByteView(whole).first(size)));
    }
}

}  // namespace
}  // namespace dmm::agent
