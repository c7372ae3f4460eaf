// What a MAAR does with the CMD's PBUs and notifications: RFC 8885 sections 3.2 and 3.5, RFC 7077.
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

TEST_CASE("a redirect is acknowledged only when the kernel has it") {
    MaarEngine engine = serving_engine();
    const Actions actions =
        engine.handle(at(seconds(5)), pbu(at(seconds(5)), redirect_to("2001:db8:2::1"), 40));
    CHECK(sent<wire::ProxyBindingAck>(actions).empty());
    REQUIRE(only<Want>(actions).size() == 1);
    CHECK(only<Want>(actions)[0].forwarding.dlifs.empty());

    SECTION("applied") {
        const auto acks =
            sent<wire::ProxyBindingAck>(engine.handle(at(seconds(5)), applied(engine)));
        REQUIRE(acks.size() == 1);
        CHECK(acks[0].second.status == Status::Accepted);
        CHECK(acks[0].second.flags == wire::ba_flag::kDmmPba);
        CHECK(acks[0].second.sequence == 40);
        CHECK(acks[0].first.to == ip("2001:db8:ffff::c0"));
        CHECK(wire::find<wire::ServingMaar>(acks[0].second.options) != nullptr);
        // The same order again: nothing to do, so the answer is there at once.
        const Actions again =
            engine.handle(at(seconds(6)), pbu(at(seconds(6)), redirect_to("2001:db8:2::1"), 41));
        CHECK(sent<wire::ProxyBindingAck>(again).size() == 1);
        CHECK(only<Want>(again).empty());
    }
    SECTION("refused by the kernel") {
        const Actions answers = engine.handle(at(seconds(5)), failed(engine));
        const auto acks = sent<wire::ProxyBindingAck>(answers);
        REQUIRE(acks.size() == 1);
        CHECK(acks[0].second.status == Status::ForwardingSetupFailed);
        // The CMD gives this anchor up now, and so does the anchor.
        REQUIRE(only<Want>(answers).size() == 1);
        CHECK(only<Want>(answers)[0].forwarding.empty());
        CHECK(engine.sessions().empty());
    }
}

TEST_CASE("a node that had only just registered is asked when it is said to be elsewhere") {
    MaarEngine engine = serving_engine();
    const NodeHeard heard{.link = {.name = "lan0"}, .mac = solicited().mac};
    SECTION("it answers, so it is registered again") {
        const Now soon = at(milliseconds(1'500));
        const Actions actions = engine.handle(soon, pbu(soon, redirect_to("2001:db8:2::1")));
        CHECK(only<Probe>(actions).size() == 1);
        CHECK(state_name(engine.sessions().at(kAlice)) == "previous");
        CHECK(sent<wire::ProxyBindingUpdate>(engine.handle(soon, heard)).size() == 1);
        CHECK(state_name(engine.sessions().at(kAlice)) == "registering");
    }
    SECTION("later nobody asks, and an answer to nothing is nothing") {
        const Actions actions =
            engine.handle(at(seconds(5)), pbu(at(seconds(5)), redirect_to("2001:db8:2::1")));
        CHECK(only<Probe>(actions).empty());
        CHECK(engine.handle(at(seconds(5)), heard).empty());
    }
}

TEST_CASE("an order to forget a node that had only just registered is doubted") {
    MaarEngine engine = serving_engine();
    PbuSpec spec = redirect_to("2001:db8:2::1");
    spec.lifetime = 0;
    SECTION("it answers: the CMD is told that it is here") {
        const Now soon = at(milliseconds(1'500));
        const Actions actions = engine.handle(soon, pbu(soon, spec));
        CHECK(sent<wire::ProxyBindingAck>(actions).size() == 1);
        CHECK(only<Probe>(actions).size() == 1);
        const auto updates = sent<wire::ProxyBindingUpdate>(
            engine.handle(soon, NodeHeard{.link = {.name = "lan0"}, .mac = solicited().mac}));
        REQUIRE(updates.size() == 1);
        CHECK(wire::find<wire::HandoffIndicator>(updates[0].second.options)->value ==
              wire::Handoff::Unknown);
    }
    SECTION("later it is followed") {
        CHECK(only<Probe>(engine.handle(at(seconds(5)), pbu(at(seconds(5)), spec))).empty());
        CHECK(engine.sessions().empty());
    }
}

TEST_CASE("who registers and is told that the node is elsewhere waits for the node's word") {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions first = engine.handle(at(seconds(1)), solicited());
    const Now then = at(seconds(1));
    const auto promise =
        sent<wire::ProxyBindingAck>(engine.handle(then, pbu(then, redirect_to("2001:db8:2::1"))));
    REQUIRE(promise.size() == 1);
    CHECK(promise[0].second.status == Status::Accepted);
    CHECK(engine.handle(then, accepted(first)).empty());
    CHECK(state_name(engine.sessions().at(kAlice)) == "registering");
    const Actions gone = engine.handle(at(seconds(2)), Tick{});
    REQUIRE(only<Want>(gone).size() == 1);
    CHECK(state_name(engine.sessions().at(kAlice)) == "previous");
    // The CMD has its answer already, so a kernel that refuses is asked again.
    CHECK(only<Want>(engine.handle(at(seconds(2)), failed(engine))).empty());
    CHECK(only<Want>(engine.handle(at(seconds(7)), Tick{})).size() == 1);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("only the CMD moves nodes, only to peers, only with a fresh stamp") {
    MaarEngine engine = serving_engine();
    PbuSpec spec = redirect_to("2001:db8:2::1");
    spec.from = "2001:db8:666::1";
    Actions actions = engine.handle(at(seconds(5)), pbu(at(seconds(5)), spec));
    CHECK(refusal(actions) == "unauthorised");
    CHECK(sent<wire::ProxyBindingAck>(actions).empty());

    actions = engine.handle(at(seconds(5)), pbu(at(seconds(5)), redirect_to("2001:db8:666::1")));
    CHECK(refusal(actions) == "unknown_peer");

    actions = engine.handle(at(seconds(5)), pbu(at(seconds(3)), redirect_to("2001:db8:2::1")));
    CHECK(refusal(actions) == "not_fresh");

    spec = redirect_to("2001:db8:2::1");
    spec.mn = "nobody@example";
    actions = engine.handle(at(seconds(5)), pbu(at(seconds(5)), spec));
    CHECK(sent<wire::ProxyBindingAck>(actions).at(0).second.status ==
          Status::NotLmaForThisMobileNode);
    CHECK(state_name(engine.sessions().at(kAlice)) == "serving");
}

TEST_CASE("lifetime 0 from the CMD ends an anchor: answered, then removed") {
    MaarEngine engine = serving_engine();
    (void)engine.handle(at(seconds(5)), pbu(at(seconds(5)), redirect_to("2001:db8:2::1"), 40));
    (void)engine.handle(at(seconds(5)), applied(engine));
    PbuSpec remove = redirect_to(nullptr);
    remove.lifetime = 0;
    const Actions actions = engine.handle(at(seconds(6)), pbu(at(seconds(6)), remove, 41));
    CHECK(sent<wire::ProxyBindingAck>(actions).size() == 1);
    REQUIRE(only<Want>(actions).size() == 1);
    CHECK(only<Want>(actions)[0].forwarding.empty());
    CHECK(engine.sessions().empty());
}

TEST_CASE("an Update Notification leads to a renewal, if it is the CMD's and the node is here") {
    struct Row {
        const char* from;
        const MnId mn;
        std::uint16_t reason;
        const char* refusal;
        std::uint8_t status;
    };

    constexpr std::uint16_t kForce = wire::upn_reason::kForceReregistration;
    const MnId bob = MnId::nai("bob@example");
    for (const Row& row : {Row{"2001:db8:ffff::c0", kAlice, kForce, "", 0},
                           Row{"2001:db8:2::1", kAlice, kForce, "unauthorised", 0},
                           Row{"2001:db8:ffff::c0", bob, kForce, "unknown_node", 132},
                           Row{"2001:db8:ffff::c0", kAlice, 9, "unknown_reason", 128}}) {
        MaarEngine engine = serving_engine();
        const Actions actions = engine.handle(
            at(seconds(9)),
            MessageReceived{
                .from = ip(row.from),
                .to = ip("2001:db8:1::1"),
                .message = wire::UpdateNotification{.sequence = 7,
                                                    .reason = row.reason,
                                                    .acknowledge = true,
                                                    .retransmission = false,
                                                    .options = {wire::MnIdentifier{row.mn}}}});
        INFO(row.refusal);
        CHECK(refusal(actions) == row.refusal);
        const auto acks = sent<wire::UpdateNotificationAck>(actions);
        const bool trusted = std::string_view(row.refusal) != "unauthorised";
        REQUIRE(acks.size() == (trusted ? 1 : 0));
        if (trusted) CHECK((acks[0].second.sequence == 7 && acks[0].second.status == row.status));
        const auto renewals = sent<wire::ProxyBindingUpdate>(actions);
        REQUIRE(renewals.size() == (std::string_view(row.refusal).empty() ? 1 : 0));
        if (renewals.empty()) continue;
        CHECK(wire::find<wire::HandoffIndicator>(renewals[0].second.options)->value ==
              wire::Handoff::NotChanged);
    }
}

TEST_CASE("a MAAR that ends says so to the nodes it serves, and to no others") {
    MaarEngine engine = serving_engine();
    const Actions farewell = engine.handle(at(seconds(9)), Stopping{});
    REQUIRE(farewell.size() == 1);
    const auto& advertise = std::get<Advertise>(farewell.front());
    CHECK(advertise.destination == ip("fe80::ff:fe00:101"));
    CHECK(advertise.advert.router_lifetime == seconds(0));
    REQUIRE(advertise.advert.prefixes.size() == 1);
    CHECK(advertise.advert.prefixes[0].preferred == seconds(0));
    CHECK(advertise.advert.prefixes[0].valid == engine.settings().advert.valid_lifetime);
    CHECK(engine.sessions().size() == 1);

    // Registered anew: it still has what it was told before.
    (void)engine.handle(at(seconds(10)), solicited());
    REQUIRE(state_name(engine.sessions().at(kAlice)) == "registering");
    CHECK(only<Advertise>(engine.handle(at(seconds(10)), Stopping{})).size() == 1);

    (void)engine.handle(at(seconds(11)), MnDetached{.mn = kAlice, .deregister = false});
    CHECK(engine.handle(at(seconds(11)), Stopping{}).empty());
}

TEST_CASE("nodes that were promised nothing, or shall not be told, are told nothing at the end") {
    MaarEngine fresh(maar_settings(1), Seed{1});
    (void)fresh.handle(at(seconds(1)), solicited());
    CHECK(fresh.handle(at(seconds(1)), Stopping{}).empty());

    MaarEngine previous = serving_engine();
    (void)previous.handle(at(seconds(5)), pbu(at(seconds(5)), redirect_to("2001:db8:2::1"), 40));
    CHECK(previous.handle(at(seconds(5)), Stopping{}).empty());

    MaarSettings silent = maar_settings(1);
    silent.deprecate_on_exit = false;
    MaarEngine engine(silent, Seed{1});
    const Actions actions = engine.handle(at(seconds(1)), solicited());
    (void)engine.handle(at(seconds(1)), applied(engine));
    (void)engine.handle(at(seconds(1)), accepted(actions));
    CHECK(engine.handle(at(seconds(9)), Stopping{}).empty());
}
