#include "lib/wire/router_advert.h"

#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::wire;
using std::chrono::seconds;

namespace {

Bytes octets(std::string_view hex) {
    return parse_hex(hex).value();
}

Ip6Address ip(std::string_view text) {
    return Ip6Address::parse(text).value();
}

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

LinkLayerAddress mac(std::string_view text) {
    return LinkLayerAddress::parse(text).value();
}

ByteView icmp_of(const Bytes& packet) {
    return ByteView(packet).subspan(40);
}

// Packets that were put together apart from this program.
const std::string kSolicit =
    "6000000000103afffe800000000000000000000000000001ff020000000000000000000000000002"
    "8500792c000000000101020000000101";
const std::string kAnonymousSolicit =
    "6000000000083aff00000000000000000000000000000000ff020000000000000000000000000002"
    "85007bb800000000";
const std::string kAdvert =
    "6000000000703afffe800000000000000000000000d10001fe80000000000000020000fffe000101"
    "86006536401807080000000000000000"
    "010102d11f000101"
    "05010000000005b4"
    "030440c000015180000000000000000020010db8a10000010000000000000000"
    "180230000000025820010db811110000"
    "180360080000025820010db8222233334444555500000000"
    "1801001800000258";

RouterAdvert anchored_advert() {
    return {
        .router_lifetime = seconds(1800),
        .preference = RouterPreference::Low,
        .hop_limit = 64,
        .mtu = 1460,
        .source_link_layer = mac("02:d1:1f:00:01:01"),
        .prefixes = {{.prefix = prefix("2001:db8:a100:1::/64"),
                      .valid = seconds(86400),
                      .preferred = seconds(0)}},
        .routes = {
            {.prefix = prefix("2001:db8:1111::/48"), .lifetime = seconds(600)},
            {.prefix = prefix("2001:db8:2222:3333:4444:5555::/96"),
             .preference = RouterPreference::High,
             .lifetime = seconds(600)},
            {.prefix = Prefix(), .preference = RouterPreference::Low, .lifetime = seconds(600)}}};
}

// Puts the right ICMPv6 checksum in.
Bytes sealed(Bytes packet) {
    const Addresses addresses{
        .source = Ip6Address(Reader(ByteView(packet).subspan(8)).take16()),
        .destination = Ip6Address(Reader(ByteView(packet).subspan(24)).take16())};
    packet[42] = packet[43] = 0;
    const std::size_t payload = static_cast<std::size_t>(packet[4]) << 8U | packet[5];
    const std::uint16_t sum =
        pseudo_header_checksum(ByteView(packet).subspan(40, payload), addresses, 58);
    packet[42] = static_cast<std::uint8_t>(sum >> 8U);
    packet[43] = static_cast<std::uint8_t>(sum & 0xffU);
    return packet;
}

SolicitFault fault_of(const Bytes& packet) {
    const auto solicit = decode_solicit_packet(packet);
    REQUIRE_FALSE(solicit);
    return solicit.error();
}

// kSolicit with other octets behind the eight of the ICMPv6 message.
Bytes solicit_with(std::string_view options) {
    Bytes packet = octets(kSolicit.substr(0, 96) + std::string(options));
    packet[5] = static_cast<std::uint8_t>(packet.size() - 40);
    return sealed(packet);
}

}  // namespace

TEST_CASE("advert: the packet is the known one, octet for octet") {
    const Bytes packet =
        encode_advert_packet(anchored_advert(), ip("fe80::d1:1"), ip("fe80::200:ff:fe00:101"));
    CHECK(to_hex(packet) == kAdvert);
    CHECK(decode_advert(icmp_of(packet)) == anchored_advert());
    CHECK(decode_advert(icmp_of(octets(kAdvert))) == anchored_advert());
}

TEST_CASE("advert: a deprecated prefix stays valid") {
    const auto decoded = decode_advert(
        icmp_of(encode_advert_packet(anchored_advert(), ip("fe80::1"), ip("fe80::2"))));
    REQUIRE(decoded);
    CHECK(decoded->prefixes.front().preferred == seconds(0));
    CHECK(decoded->prefixes.front().valid == seconds(86400));
    // Never preferred for longer than valid: a host would ignore the whole option.
    RouterAdvert advert = anchored_advert();
    advert.prefixes.front().valid = seconds(10);
    advert.prefixes.front().preferred = seconds(20);
    const auto cut =
        decode_advert(icmp_of(encode_advert_packet(advert, ip("fe80::1"), ip("fe80::2"))));
    REQUIRE(cut);
    REQUIRE(cut->prefixes.size() == 1);
    CHECK(cut->prefixes.front().preferred == seconds(10));
}

TEST_CASE("advert: header, hop limit and checksum of the packet") {
    const Bytes packet = encode_advert_packet(anchored_advert(), ip("fe80::1"), ip("ff02::1"));
    CHECK(packet[0] == 0x60);
    CHECK((static_cast<std::size_t>(packet[4]) << 8U | packet[5]) == packet.size() - 40);
    CHECK(packet[6] == 58);
    CHECK(packet[7] == 255);
    CHECK(packet[40] == 134);
    const Addresses addresses{.source = ip("fe80::1"), .destination = ip("ff02::1")};
    CHECK(pseudo_header_checksum(icmp_of(packet), addresses, 58) == 0);
}

TEST_CASE("advert: lifetimes fill their fields and no more") {
    RouterAdvert advert;
    advert.router_lifetime = seconds(9000);
    advert.prefixes.push_back({.prefix = prefix("2001:db8::/64"),
                               .valid = seconds(0xffffffffLL),
                               .preferred = seconds(0xffffffffLL),
                               .on_link = false,
                               .autonomous = false});
    const auto recoded = [](const RouterAdvert& a) {
        return decode_advert(icmp_of(encode_advert_packet(a, ip("fe80::1"), ip("fe80::2"))));
    };
    CHECK(recoded(advert) == advert);
    RouterAdvert too_long = advert;
    too_long.router_lifetime = seconds(1'000'000);
    too_long.prefixes.front().valid = seconds(0x100000000LL);
    too_long.prefixes.front().preferred = seconds(0x100000000LL);
    REQUIRE(recoded(too_long));
    CHECK(recoded(too_long)->router_lifetime == seconds(65535));
    CHECK(recoded(too_long)->prefixes == advert.prefixes);
    // RFC 4191 section 2.2: no lifetime, no preference.
    RouterAdvert ceasing;
    ceasing.preference = RouterPreference::High;
    const Bytes packet = encode_advert_packet(ceasing, ip("fe80::1"), ip("fe80::2"));
    CHECK(packet[45] == 0);
    CHECK(recoded(ceasing)->preference == RouterPreference::Medium);
}

TEST_CASE("advert: malformed ones are refused, odd options passed over") {
    const std::string head =
        "8600000040000708"
        "0000000000000000";
    CHECK(decode_advert(octets(head)));
    CHECK_FALSE(decode_advert(octets(head.substr(2))));
    CHECK_FALSE(decode_advert(octets("85" + head.substr(2))));
    CHECK_FALSE(decode_advert(octets("8601" + head.substr(4))));
    for (const std::string option : {"1f",
                                     "1f00",
                                     "1f02000000000000",
                                     "0500000000000000",
                                     "0502000000000000"
                                     "0000000000000000",
                                     "0301000000000000",
                                     "1804"
                                     "0000"
                                     "00000000"
                                     "0000000000000000"
                                     "0000000000000000"
                                     "0000000000000000",
                                     "1801010000000000",
                                     "1802410000000000"
                                     "0000000000000000",
                                     "0304810000000000"
                                     "0000000000000000"
                                     "0000000000000000"
                                     "0000000000000000"}) {
        INFO(option);
        CHECK_FALSE(decode_advert(octets(head + option)));
    }
    const RouterAdvert bare = decode_advert(octets(head)).value();
    // An unknown option; a route with the reserved preference; a prefix preferred beyond its
    // validity.
    for (const std::string option : {"2a01000000000000",
                                     "1801001000000258",
                                     "030440c0"
                                     "00000001"
                                     "00000002"
                                     "00000000"
                                     "20010db8000000000000000000000000"}) {
        INFO(option);
        CHECK(decode_advert(octets(head + option)) == bare);
    }
    // The reserved preference of the router itself means medium.
    CHECK(decode_advert(octets("8600000040100708"
                               "0000000000000000")) == bare);
}

TEST_CASE("advert: text, both ways") {
    const std::string text =
        "lifetime=1800 prf=low hop=64 mtu=1460 mac=02:d1:1f:00:01:01 "
        "pio=2001:db8:a100:1::/64,valid=86400,preferred=0 "
        "rio=2001:db8:1111::/48,prf=medium,lifetime=600 "
        "rio=2001:db8:2222:3333:4444:5555::/96,prf=high,lifetime=600 "
        "rio=::/0,prf=low,lifetime=600";
    CHECK(to_text(anchored_advert()) == text);
    CHECK(parse_advert(text) == anchored_advert());
    RouterAdvert advert;
    advert.prefixes.push_back({.prefix = prefix("2001:db8::/64"), .on_link = false});
    advert.prefixes.push_back({.prefix = prefix("2001:db8::/64"), .autonomous = false});
    CHECK(to_text(advert) ==
          "lifetime=0 prf=medium hop=64 pio=2001:db8::/64,valid=0,preferred=0,off-link "
          "pio=2001:db8::/64,valid=0,preferred=0,no-autoconf");
    CHECK(parse_advert(to_text(advert)) == advert);
    for (const char* bad : {"",
                            "prf=low",
                            "lifetime=65536",
                            "lifetime=1 lifetime=1",
                            "lifetime=1  prf=low",
                            "lifetime=1 prf=best",
                            "lifetime=1 x=1",
                            "lifetime=1 pio=2001:db8::/64",
                            "lifetime=1 pio=2001:db8::/64,valid=1,preferred=2",
                            "lifetime=1 mac=02:00",
                            "lifetime=1 pio=2001:db8::/64,valid=1,preferred=1,off-link,off-link",
                            "lifetime=1 rio=2001:db8::/64,prf=low",
                            "lifetime=1 rio=2001:db8::/64,lifetime=1,prf=low"}) {
        INFO(bad);
        CHECK_FALSE(parse_advert(bad));
    }
}

TEST_CASE("solicit: sound ones") {
    const auto solicit = decode_solicit_packet(octets(kSolicit));
    REQUIRE(solicit);
    CHECK(solicit->source == ip("fe80::1"));
    CHECK(solicit->source_link_layer == mac("02:00:00:00:01:01"));
    const auto anonymous = decode_solicit_packet(octets(kAnonymousSolicit));
    REQUIRE(anonymous);
    CHECK(anonymous->source.is_unspecified());
    CHECK_FALSE(anonymous->source_link_layer);
    // Octets that a link adds behind the packet (Ethernet padding) do not belong to it.
    CHECK(decode_solicit_packet(octets(kAnonymousSolicit + "000000000000")) == *anonymous);
    // Unknown options, and addresses of another length, are passed over.
    const auto other =
        decode_solicit_packet(solicit_with("0e01000000000000"
                                           "0102000000000000"
                                           "0000000000000000"));
    REQUIRE(other);
    CHECK_FALSE(other->source_link_layer);
}

TEST_CASE("solicit: RFC 4861 section 6.1.1, check by check") {
    const Bytes good = octets(kSolicit);
    const auto with = [&](std::size_t at, std::uint8_t value) {
        Bytes packet = good;
        packet[at] = value;
        return packet;
    };
    CHECK(fault_of(with(7, 254)) == SolicitFault::BadHopLimit);
    CHECK(fault_of(with(47, 1)) == SolicitFault::BadChecksum);
    CHECK(fault_of(with(23, 2)) == SolicitFault::BadChecksum);  // the source counts too
    CHECK(fault_of(sealed(with(41, 1))) == SolicitFault::BadCode);
    CHECK(fault_of(solicit_with("0100020000000101")) == SolicitFault::ZeroLengthOption);
    CHECK(fault_of(solicit_with("0e00000000000000")) == SolicitFault::ZeroLengthOption);
    CHECK(fault_of(solicit_with("0102020000000101")) == SolicitFault::Truncated);
    CHECK(fault_of(solicit_with("01")) == SolicitFault::Truncated);
    Bytes anonymous = good;
    std::fill(anonymous.begin() + 8, anonymous.begin() + 24, std::uint8_t{0});
    CHECK(fault_of(sealed(anonymous)) == SolicitFault::LinkLayerFromUnspecified);

    CHECK(fault_of({}) == SolicitFault::Truncated);
    CHECK(fault_of(Bytes(good.begin(), good.begin() + 39)) == SolicitFault::Truncated);
    CHECK(fault_of(Bytes(good.begin(), good.end() - 1)) == SolicitFault::Truncated);
    Bytes tiny = octets(kAnonymousSolicit);
    tiny[5] = 7;
    CHECK(fault_of(sealed(tiny)) == SolicitFault::Truncated);
    tiny[5] = 0;
    CHECK(fault_of(tiny) == SolicitFault::Truncated);

    CHECK(fault_of(with(0, 0x45)) == SolicitFault::NotASolicitation);
    CHECK(fault_of(with(6, 17)) == SolicitFault::NotASolicitation);
    CHECK(fault_of(sealed(with(40, 134))) == SolicitFault::NotASolicitation);
    CHECK(fault_of(sealed(with(8, 0xff))) == SolicitFault::NotASolicitation);
}

TEST_CASE("solicit: every fault has a name") {
    CHECK(name_of(SolicitFault::NotASolicitation) == "not_a_solicitation");
    CHECK(name_of(SolicitFault::LinkLayerFromUnspecified) == "link_layer_from_unspecified");
    for (unsigned f = 0; f <= static_cast<unsigned>(SolicitFault::LinkLayerFromUnspecified); ++f) {
        CHECK_FALSE(name_of(static_cast<SolicitFault>(f)).empty());
    }
}

TEST_CASE("nd: noise harms nobody, and what decodes is told without loss") {
    Rng rng(Seed{99});
    int told = 0;
    for (int round = 0; round < 20'000; ++round) {
        Bytes icmp = octets("86000000401807080000000000000000");
        icmp[5] = static_cast<std::uint8_t>(rng.below(256));
        const std::uint64_t options = rng.below(4);
        for (std::uint64_t i = 0; i < options; ++i) {
            constexpr std::array<std::uint8_t, 6> kTypes{1, 3, 5, 24, 24, 31};
            const std::size_t units = rng.below(5);
            icmp.push_back(kTypes.at(rng.below(kTypes.size())));
            icmp.push_back(static_cast<std::uint8_t>(units));
            for (std::size_t n = 2; n < units * 8; ++n) {
                icmp.push_back(static_cast<std::uint8_t>(rng.below(130)));
            }
        }
        const auto advert = decode_advert(icmp);
        if (!advert) continue;
        const auto again =
            decode_advert(icmp_of(encode_advert_packet(*advert, ip("fe80::1"), ip("fe80::2"))));
        CHECK(again == advert);
        CHECK(parse_advert(to_text(*advert)) == advert);
        ++told;
    }
    CHECK(told > 1000);
}
