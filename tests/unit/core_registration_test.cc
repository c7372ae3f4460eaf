#include "lib/core/registration.h"
#include "lib/model/limits.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;

namespace {

Ip6Address ip(const char* text) {
    return *Ip6Address::parse(text);
}

Prefix prefix(const char* text) {
    return *Prefix::parse(text);
}

const Bytes kMac1{0x02, 0xd1, 0x1f, 0, 1, 1};
const Bytes kMac2{0x02, 0xd1, 0x1f, 0, 2, 1};

}  // namespace

TEST_CASE("DLIF and Local Prefix options before a Previous MAAR are the sender's own") {
    const auto r = read_registration({wire::MnIdentifier{MnId::nai("a@b")},
                                      wire::DlifLinkLocalAddress{ip("fe80::d1:1")},
                                      wire::DlifLinkLayerAddress{kMac1},
                                      wire::LocalPrefix{prefix("2001:db8:1111::/48")}});
    REQUIRE(r);
    REQUIRE(r->dlif);
    CHECK(r->dlif->link_local == ip("fe80::d1:1"));
    CHECK(r->local_prefixes == std::vector{prefix("2001:db8:1111::/48")});
    CHECK(r->previous.empty());
}

TEST_CASE("behind a Previous MAAR they describe that P-MAAR, until the next one") {
    const auto r = read_registration({wire::PreviousMaar{.address = ip("2001:db8:2::1"),
                                                         .prefix = prefix("2001:db8:a200:1::/64")},
                                      wire::PreviousMaar{.address = ip("2001:db8:2::1"),
                                                         .prefix = prefix("2001:db8:a200:2::/64")},
                                      wire::DlifLinkLocalAddress{ip("fe80::d1:2")},
                                      wire::DlifLinkLayerAddress{kMac2},
                                      wire::PreviousMaar{.address = ip("2001:db8:1::1"),
                                                         .prefix = prefix("2001:db8:a100:1::/64")},
                                      wire::DlifLinkLayerAddress{kMac1},
                                      wire::DlifLinkLocalAddress{ip("fe80::d1:1")},
                                      wire::LocalPrefix{prefix("2001:db8:1111::/48")}});
    REQUIRE(r);
    REQUIRE(r->previous.size() == 2);
    CHECK(r->previous[0].maar == ip("2001:db8:2::1"));
    CHECK(r->previous[0].prefixes.size() == 2);
    REQUIRE(r->previous[0].dlif);
    CHECK(r->previous[0].dlif->link_local == ip("fe80::d1:2"));
    CHECK(r->previous[0].local_prefixes.empty());
    REQUIRE(r->previous[1].dlif);
    CHECK(r->previous[1].dlif->link_local == ip("fe80::d1:1"));
    CHECK(r->previous[1].local_prefixes.size() == 1);
    CHECK_FALSE(r->dlif);
}

TEST_CASE("half a DLIF identity, or one that cannot be, is none") {
    const auto half = read_registration({wire::DlifLinkLocalAddress{ip("fe80::1")}});
    REQUIRE(half);
    CHECK_FALSE(half->dlif);
    const auto global = read_registration(
        {wire::DlifLinkLocalAddress{ip("2001:db8::1")}, wire::DlifLinkLayerAddress{kMac1}});
    REQUIRE(global);
    CHECK_FALSE(global->dlif);
    const auto group = read_registration({wire::DlifLinkLocalAddress{ip("fe80::1")},
                                          wire::DlifLinkLayerAddress{Bytes{1, 0, 0, 0, 0, 1}}});
    REQUIRE(group);
    CHECK_FALSE(group->dlif);
}

TEST_CASE("an Anchored Prefix is one more prefix, and none is taken twice") {
    const auto r = read_registration({wire::HomeNetworkPrefix{prefix("2001:db8:a100:1::/64")},
                                      wire::AnchoredPrefix{prefix("2001:db8:a100:2::/64")},
                                      wire::AnchoredPrefix{prefix("2001:db8:a100:1::/64")}});
    REQUIRE(r);
    CHECK(r->prefixes.size() == 2);
}

TEST_CASE("a link-layer identifier of zeros says that there is none") {
    const auto r = read_registration({wire::MnLinkLayerIdentifier{Bytes(6, 0)}});
    REQUIRE(r);
    CHECK(r->link_layer_id.empty());
}

TEST_CASE("a peer cannot make us keep more P-MAARs than the limit") {
    wire::Options options;
    for (unsigned i = 0; i <= limits::kPreviousMaars; ++i) {
        auto octets = ip("2001:db8::1").octets();
        octets[7] = static_cast<std::uint8_t>(i);
        options.emplace_back(
            wire::PreviousMaar{.address = Ip6Address(octets), .prefix = prefix("2001:db8:a::/64")});
    }
    const auto r = read_registration(options);
    REQUIRE_FALSE(r);
    CHECK(r.error() == "too_many_previous_maars");
    options.pop_back();
    CHECK(read_registration(options));
}

TEST_CASE("what is written is read back") {
    Registration r;
    r.mn = MnId::nai("alice@example");
    r.prefixes = {prefix("2001:db8:a100:1::/64")};
    r.handoff = wire::Handoff::Unknown;
    r.access_technology = 3;
    r.link_layer_id = {2, 0, 0, 0, 1, 1};
    r.timestamp = wire::Timestamp{42};
    r.serving = ip("2001:db8:2::1");
    r.link_local_address = ip("fe80::1");
    r.dlif = DlifIdentity{.mac = *LinkLayerAddress::from(kMac1), .link_local = ip("fe80::d1:1")};
    r.local_prefixes = {prefix("2001:db8:1111::/48")};
    r.previous = {{.maar = ip("2001:db8:3::1"),
                   .prefixes = {prefix("2001:db8:a300:1::/64")},
                   .dlif = DlifIdentity{.mac = *LinkLayerAddress::from(kMac2),
                                        .link_local = ip("fe80::d1:2")},
                   .local_prefixes = {}},
                  {.maar = ip("2001:db8:4::1"),
                   .prefixes = {prefix("2001:db8:a400:1::/64"), prefix("2001:db8:a400:2::/64")},
                   .dlif = std::nullopt,
                   .local_prefixes = {prefix("2001:db8:4444::/48")}}};
    const auto back = read_registration(write_registration(r));
    REQUIRE(back);
    CHECK(*back == r);
}
