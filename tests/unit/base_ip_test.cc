#include "lib/base/ip.h"
#include "tests/support/catch.h"

using namespace dmm;

namespace {

Ip6Address ip(std::string_view text) {
    const auto parsed = Ip6Address::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("ip: addresses have the canonical text of RFC 5952") {
    CHECK(to_text(ip("2001:0DB8:0:0:0:0:0:1")) == "2001:db8::1");
    CHECK(to_text(ip("2001:db8:0:1:1:1:1:1")) == "2001:db8:0:1:1:1:1:1");
    CHECK(to_text(ip("::")) == "::");
    CHECK(to_text(ip("::ffff:192.0.2.1")) == "::ffff:192.0.2.1");
}

TEST_CASE("ip: nothing but one address is an address") {
    for (const char* text : {"",
                             "2001:db8",
                             "fe80::1%eth0",
                             "192.0.2.1",
                             "::1 ",
                             " ::1",
                             "::1/64",
                             "1:2:3:4:5:6:7:8:9",
                             "g::",
                             "2001:db8::1::2"}) {
        INFO(text);
        CHECK_FALSE(Ip6Address::parse(text));
    }
    CHECK_FALSE(Ip6Address::parse(std::string_view("::1\0x", 5)));
    CHECK_FALSE(Ip6Address::parse(std::string(4096, ':')));
}

TEST_CASE("ip: kinds of addresses") {
    CHECK(ip("::").is_unspecified());
    CHECK(ip("::1").is_loopback());
    CHECK_FALSE(ip("1::1").is_loopback());
    CHECK(ip("ff02::2").is_multicast());
    CHECK(ip("fe80::1").is_link_local());
    CHECK(ip("febf::1").is_link_local());
    CHECK_FALSE(ip("fec0::1").is_link_local());
    CHECK(ip("2001:db8::1").is_routable_unicast());
    for (const char* text : {"::", "::1", "ff02::2", "fe80::1"}) {
        CHECK_FALSE(ip(text).is_routable_unicast());
    }
}

TEST_CASE("ip: a prefix has no host bits") {
    const Ip6Address all = ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    CHECK(to_text(Prefix(all, 0)) == "::/0");
    CHECK(to_text(Prefix(all, 1)) == "8000::/1");
    CHECK(to_text(Prefix(all, 61)) == "ffff:ffff:ffff:fff8::/61");
    CHECK(to_text(Prefix(all, 64)) == "ffff:ffff:ffff:ffff::/64");
    CHECK(to_text(Prefix(all, 127)) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
    CHECK(Prefix(all, 128).address() == all);
    CHECK(Prefix(ip("2001:db8::1"), 64) == Prefix(ip("2001:db8::"), 64));
    CHECK(Prefix(ip("2001:db8::"), 64) != Prefix(ip("2001:db8::"), 65));
}

TEST_CASE("ip: parsing a prefix is strict") {
    CHECK(Prefix::parse("2001:db8:a100:1::/64") == Prefix(ip("2001:db8:a100:1::"), 64));
    CHECK(Prefix::parse("::/0") == Prefix());
    for (const char* text : {"2001:db8::1/64",
                             "2001:db8::",
                             "2001:db8::/129",
                             "2001:db8::/-1",
                             "2001:db8::/",
                             "/64",
                             "2001:db8::/64 ",
                             "2001:db8::/+64"}) {
        INFO(text);
        CHECK_FALSE(Prefix::parse(text));
    }
}

TEST_CASE("ip: containment") {
    const Prefix pool(ip("2001:db8:a100::"), 48);
    CHECK(pool.contains(ip("2001:db8:a100:ffff::1")));
    CHECK_FALSE(pool.contains(ip("2001:db8:a101::1")));
    CHECK(pool.contains(pool));
    CHECK(pool.contains(Prefix(ip("2001:db8:a100:1::"), 64)));
    CHECK_FALSE(Prefix(ip("2001:db8:a100:1::"), 64).contains(pool));
    CHECK(Prefix().contains(pool));
}

TEST_CASE("ip: link-layer addresses") {
    const auto mac = LinkLayerAddress::parse("02:00:00:00:01:aB");
    REQUIRE(mac);
    CHECK(to_text(*mac) == "02:00:00:00:01:ab");
    CHECK_FALSE(mac->is_group());
    CHECK_FALSE(mac->is_zero());
    CHECK(LinkLayerAddress().is_zero());
    CHECK(LinkLayerAddress::parse("33:33:00:00:00:01")->is_group());
    CHECK(LinkLayerAddress::from(mac->octets()) == mac);
    CHECK_FALSE(LinkLayerAddress::from(Bytes(5)));
    CHECK_FALSE(LinkLayerAddress::from(Bytes(8)));
    for (const char* text : {"",
                             "02:00:00:00:01",
                             "02-00-00-00-01-ab",
                             "02:00:00:00:01:ag",
                             "2:00:00:00:01:ab0",
                             "02:00:00:00:01:ab:"}) {
        INFO(text);
        CHECK_FALSE(LinkLayerAddress::parse(text));
    }
    // RFC 4291 appendix A, and the fixed identifier of RFC 6543.
    CHECK(to_text(link_local_of(*LinkLayerAddress::parse("00:00:5e:00:52:13"))) ==
          "fe80::200:5eff:fe00:5213");
}
