// A MAAR's promises to the node: RFC 8885 sections 3.1, 3.2 and 3.7.
#include "lib/core/invariants.h"
#include "lib/core/maar_engine.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/unit/maar_story.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("the PBU leaves before the kernel is asked, the RA only after both agreed") {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions first = engine.handle(at(seconds(1)), solicited());
    const auto updates = sent<wire::ProxyBindingUpdate>(first);
    REQUIRE(updates.size() == 1);
    CHECK(updates[0].second.flags == wire::bu_flag::kDmmPbu);
    CHECK(only<Want>(first).size() == 1);
    CHECK(only<Advertise>(first).empty());

    SECTION("kernel first") {
        CHECK(only<Advertise>(engine.handle(at(seconds(1)), applied(engine))).empty());
        const auto ras = only<Advertise>(engine.handle(at(seconds(1)), accepted(first)));
        REQUIRE(ras.size() == 1);
        CHECK(ras[0].advert.prefixes.at(0).preferred.count() > 0);
        CHECK(ras[0].destination == ip("fe80::ff:fe00:101"));
    }
    SECTION("CMD first") {
        CHECK(only<Advertise>(engine.handle(at(seconds(1)), accepted(first))).empty());
        CHECK(only<Advertise>(engine.handle(at(seconds(1)), applied(engine))).size() == 1);
    }
    SECTION("an answer about an older wish releases nothing") {
        (void)engine.handle(at(seconds(1)), accepted(first));
        CHECK(engine.handle(at(seconds(1)), ForwardingApplied{.mn = kAlice, .revision = {0}})
                  .empty());
    }
}

TEST_CASE("anchored prefixes: own router first, then deprecated ones with low preference") {
    MaarEngine engine(maar_settings(2), Seed{1});
    const Actions first = engine.handle(at(seconds(1)), solicited());
    (void)engine.handle(at(seconds(1)), applied(engine));
    const Actions second =
        engine.handle(at(seconds(1)),
                      accepted(first,
                               {wire::PreviousMaar{.address = ip("2001:db8:1::1"),
                                                   .prefix = prefix("2001:db8:a100:1::/64")},
                                wire::DlifLinkLocalAddress{ip("fe80::d1:1")},
                                wire::DlifLinkLayerAddress{{0x02, 0xd1, 0x1f, 0, 1, 1}}}));
    CHECK(only<Advertise>(second).size() == 1);
    REQUIRE(only<Want>(second).size() == 1);
    const SessionForwarding wish = only<Want>(second)[0].forwarding;
    CHECK(wish.dlifs.size() == 2);
    CHECK(wish.up.size() == 1);
    CHECK(wish.down.size() == 2);
    const auto ras = only<Advertise>(engine.handle(at(seconds(1)), applied(engine)));
    REQUIRE(ras.size() == 1);
    CHECK(ras[0].dlif.identity.link_local == ip("fe80::d1:1"));
    CHECK(ras[0].advert.prefixes.at(0).preferred.count() == 0);
    CHECK(ras[0].advert.prefixes.at(0).valid.count() > 0);
    CHECK(ras[0].advert.preference == wire::RouterPreference::Low);
    CHECK(ras[0].advert.router_lifetime.count() > 0);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("nodes that are not configured are refused where the operator says so") {
    MaarSettings settings = maar_settings(1);
    settings.known_nodes_only = true;
    MaarEngine engine(settings, Seed{1});
    RouterSolicited stranger = solicited();
    stranger.mac = mac("02:00:00:00:09:09");
    const Actions actions = engine.handle(at(seconds(1)), stranger);
    REQUIRE(only<Note>(actions).size() == 1);
    CHECK(only<Note>(actions)[0].field("reason") == "not_configured");
    CHECK(engine.sessions().empty());
}

TEST_CASE("an empty pool refuses the node and says so") {
    MaarSettings settings = maar_settings(1);
    settings.pool = prefix("2001:db8:a100::/64");
    MaarEngine engine(settings, Seed{1});
    (void)engine.handle(at(seconds(1)), solicited());
    RouterSolicited second = solicited();
    second.mac = mac("02:00:00:00:09:09");
    const Actions actions = engine.handle(at(seconds(1)), second);
    CHECK(only<Note>(actions).at(0).field("reason") == "pool_exhausted");
    CHECK(engine.sessions().size() == 1);
}

TEST_CASE("a prefix of a node that is gone rests; its own node is given it again") {
    MaarSettings settings = maar_settings(1);
    settings.pool = prefix("2001:db8:a100::/64");
    settings.quarantine = seconds(100);
    MaarEngine engine(settings, Seed{1});
    (void)engine.handle(at(seconds(1)), accepted(engine.handle(at(seconds(1)), solicited())));
    const Actions leaving =
        engine.handle(at(seconds(10)), MnDetached{.mn = kAlice, .deregister = true});
    (void)engine.handle(at(seconds(10)), accepted(leaving));
    REQUIRE(engine.sessions().empty());
    RouterSolicited other = solicited();
    other.mac = mac("02:00:00:00:01:02");
    SECTION("another node is refused until then") {
        const Actions early = engine.handle(at(milliseconds(109'999)), other);
        CHECK(only<Note>(early).at(0).field("reason") == "pool_in_quarantine");
        CHECK(engine.sessions().empty());
        (void)engine.handle(at(seconds(110)), other);
        CHECK(engine.sessions().size() == 1);
    }
    SECTION("its own is not") {
        (void)engine.handle(at(seconds(11)), solicited());
        CHECK(engine.sessions().contains(kAlice));
    }
}
