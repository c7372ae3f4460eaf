#include "lib/model/forwarding.h"
#include "tests/support/catch.h"

using namespace dmm;

namespace {

const Ip6Address kAnchor = *Ip6Address::parse("2001:db8:1::1");
const LinkLayerAddress kMac = *LinkLayerAddress::parse("02:00:00:00:01:01");

}  // namespace

// Every router of a domain must derive the same, release after release: the expected values
// were computed apart from this program.
TEST_CASE("dlif: the derived identity never changes") {
    const DlifIdentity nai = derive_dlif(kAnchor, MnId::nai("mn1@dmm.example"));
    CHECK(to_text(nai.mac) == "0a:7a:50:43:37:62");
    CHECK(to_text(nai.link_local) == "fe80::cd88:af7f:4df0:97fa");
    const DlifIdentity eui = derive_dlif(kAnchor, MnId::eui48(kMac));
    CHECK(to_text(eui.mac) == "f6:a8:4c:dd:c4:1f");
    CHECK(to_text(eui.link_local) == "fe80::c4e9:4749:1a12:aecc");
}

TEST_CASE("dlif: the derived addresses can be used") {
    for (int i = 0; i < 500; ++i) {
        const DlifIdentity id = derive_dlif(kAnchor, MnId::nai("mn" + std::to_string(i)));
        CHECK_FALSE(id.mac.is_group());
        CHECK((id.mac.octets()[0] & 0x02U) != 0);  // locally administered
        CHECK(id.link_local.is_link_local());
        CHECK((id.link_local.octets()[8] & 0x02U) == 0);
    }
}

TEST_CASE("dlif: anchor, subtype and identifier all count") {
    const DlifIdentity one = derive_dlif(kAnchor, MnId::nai("a"));
    CHECK(derive_dlif(*Ip6Address::parse("2001:db8:2::1"), MnId::nai("a")) != one);
    CHECK(derive_dlif(kAnchor, MnId{.subtype = 2, .identifier = "a"}) != one);
    CHECK(derive_dlif(kAnchor, MnId::nai("b")) != one);
    CHECK(derive_dlif(kAnchor, MnId::nai("a")) == one);
}

TEST_CASE("forwarding: one line of text") {
    const Tunnel tunnel{.local = kAnchor, .remote = *Ip6Address::parse("2001:db8:2::1")};
    const Dlif dlif{.over = {.name = "lan0"},
                    .mn = kMac,
                    .identity = {.mac = kMac, .link_local = *Ip6Address::parse("fe80::1")}};
    const Prefix prefix = *Prefix::parse("2001:db8:a100:1::/64");
    SessionForwarding forwarding;
    CHECK(forwarding.empty());
    CHECK(to_text(forwarding).empty());
    forwarding.dlifs.insert(dlif);
    forwarding.down.insert({.to = prefix, .via = dlif});
    forwarding.down.insert({.to = prefix, .via = tunnel});
    forwarding.up.insert({.from = prefix, .via = tunnel});
    CHECK_FALSE(forwarding.empty());
    CHECK(to_text(tunnel) == "2001:db8:1::1>2001:db8:2::1");
    CHECK(to_text(forwarding) ==
          "dlif=02:00:00:00:01:01,fe80::1,mn,02:00:00:00:01:01,over,lan0 "
          "down=2001:db8:a100:1::/64,dlif,02:00:00:00:01:01 "
          "down=2001:db8:a100:1::/64,tunnel,2001:db8:2::1 "
          "up=2001:db8:a100:1::/64,tunnel,2001:db8:2::1");
}
