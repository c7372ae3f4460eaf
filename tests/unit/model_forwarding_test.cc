#include <set>

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
    const DlifIdentity identity = derive_dlif(kAnchor);
    CHECK(to_text(identity.mac) == "0a:bf:c7:58:d8:55");
    CHECK(to_text(identity.link_local) == "fe80::adc6:fb69:445:f84d");
}

TEST_CASE("dlif: the derived addresses can be used") {
    std::set<DlifIdentity> all;
    for (unsigned i = 0; i < 500; ++i) {
        auto octets = kAnchor.octets();
        octets[14] = static_cast<std::uint8_t>(i >> 8U);
        octets[15] = static_cast<std::uint8_t>(i);
        const DlifIdentity id = derive_dlif(Ip6Address(octets));
        CHECK_FALSE(id.mac.is_group());
        CHECK((id.mac.octets()[0] & 0x02U) != 0);  // locally administered
        CHECK(id.link_local.is_link_local());
        CHECK((id.link_local.octets()[8] & 0x02U) == 0);
        all.insert(id);
    }
    CHECK(all.size() == 500);
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
