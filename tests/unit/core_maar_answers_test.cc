// A MAAR's judgement of PBAs: RFC 5213 section 6.9.1.2, RFC 8885 sections 3.2 and 3.3.
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

TEST_CASE("answers that a MAAR must not follow") {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions first = engine.handle(at(seconds(1)), solicited());

    SECTION("from somebody else") {
        MessageReceived answer = accepted(first);
        answer.from = ip("2001:db8:2::1");
        CHECK(refusal(engine.handle(at(seconds(1)), answer)) == "unauthorised");
    }
    SECTION("for a PBU that was never sent") {
        MessageReceived answer = accepted(first);
        std::get<wire::ProxyBindingAck>(answer.message).sequence ^= 0x5555;
        CHECK(refusal(engine.handle(at(seconds(1)), answer)) == "unmatched_ack");
    }
    SECTION("without D: the LMA knows no DMM, the node is not served") {
        const MessageReceived answer = answer_to(first, Status::Accepted, wire::ba_flag::kP);
        CHECK(refusal(engine.handle(at(seconds(1)), answer)) == "no_dmm");
        CHECK(state_name(engine.sessions().at(kAlice)) == "refused");
        return;
    }
    CHECK(state_name(engine.sessions().at(kAlice)) == "registering");
}

TEST_CASE("statuses of a PBA and what follows from each") {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions first = engine.handle(at(seconds(1)), solicited());
    const auto reply = [&](Status status) {
        return engine.handle(at(milliseconds(1100)),
                             answer_to(first, status, wire::ba_flag::kDmmPba));
    };
    SECTION("157: again, with a new number and stamp, as soon as the node has answered") {
        const Actions asked = reply(Status::TimestampLowerThanPrevAccepted);
        CHECK(only<Probe>(asked).size() == 1);
        CHECK(sent<wire::ProxyBindingUpdate>(asked).empty());
        const auto again = sent<wire::ProxyBindingUpdate>(engine.handle(
            at(milliseconds(1102)), NodeHeard{.link = {.name = "lan0"}, .mac = solicited().mac}));
        REQUIRE(again.size() == 1);
        // When it was asked: where it went after its answer is another MAAR's to say.
        CHECK(*wire::find<wire::Timestamp>(again[0].second.options) ==
              wire::Timestamp::of(at(milliseconds(1100)).wall));
    }
    SECTION("157 for a node that is gone: nobody is taken back") {
        (void)reply(Status::TimestampLowerThanPrevAccepted);
        Actions all;
        while (engine.next_deadline() && *engine.next_deadline() < at(seconds(30)).steady) {
            const Duration due = engine.next_deadline()->since_start;
            for (Action& action : engine.handle(at(due), Tick{}))
                all.push_back(std::move(action));
        }
        CHECK(sent<wire::ProxyBindingUpdate>(all).empty());
        CHECK(engine.sessions().empty());
    }
    SECTION("156: not at once") {
        CHECK(sent<wire::ProxyBindingUpdate>(reply(Status::TimestampMismatch)).empty());
        CHECK(state_name(engine.sessions().at(kAlice)) == "registering");
    }
    SECTION("155: with another prefix") {
        const auto again =
            sent<wire::ProxyBindingUpdate>(reply(Status::NotAuthorizedForHomeNetworkPrefix));
        REQUIRE(again.size() == 1);
        CHECK(wire::find<wire::HomeNetworkPrefix>(again[0].second.options)->prefix ==
              prefix("2001:db8:a100:2::/64"));
    }
    SECTION("153: the node is not served, its forwarding goes") {
        const Actions actions = reply(Status::NotLmaForThisMobileNode);
        REQUIRE(only<Want>(actions).size() == 1);
        CHECK(only<Want>(actions)[0].forwarding.empty());
        CHECK(only<Advertise>(actions).empty());
        // It may ask as often as it likes; a minute later it is tried again.
        CHECK(engine.handle(at(seconds(3)), solicited()).empty());
        (void)engine.handle(at(seconds(70)), Tick{});
        CHECK(engine.sessions().empty());
    }
    CHECK_FALSE(violation(engine));
}

TEST_CASE("only a renewal's answer is a complete list of anchors") {
    MaarEngine engine(maar_settings(2), Seed{1});
    const wire::Options anchor{wire::PreviousMaar{.address = ip("2001:db8:1::1"),
                                                  .prefix = prefix("2001:db8:a100:1::/64")}};
    const Actions first = engine.handle(at(seconds(1)), solicited());
    (void)engine.handle(at(seconds(1)), applied(engine));
    (void)engine.handle(at(seconds(1)), accepted(first, anchor));
    (void)engine.handle(at(seconds(1)), applied(engine));
    Actions renewal;
    for (unsigned i = 0; i < 100 && sent<wire::ProxyBindingUpdate>(renewal).empty(); ++i) {
        const Now now{.steady = *engine.next_deadline(),
                      .wall = at(engine.next_deadline()->since_start).wall};
        renewal = engine.handle(now, Tick{});
        // RFC 5213 section 6.9.1.3 renews for nodes that are attached: it is asked first.
        if (only<Probe>(renewal).empty()) continue;
        renewal = engine.handle(now, NodeHeard{.link = {.name = "lan0"}, .mac = solicited().mac});
    }
    const auto updates = sent<wire::ProxyBindingUpdate>(renewal);
    REQUIRE(updates.size() == 1);
    CHECK(wire::find<wire::HandoffIndicator>(updates[0].second.options)->value ==
          wire::Handoff::NotChanged);
    const Actions done = engine.handle(at(seconds(451)), accepted(renewal));
    CHECK(engine.sessions().at(kAlice).anchors.empty());
    const auto ras = only<Advertise>(done);
    REQUIRE(ras.size() == 1);
    CHECK(ras[0].advert.router_lifetime.count() == 0);
    CHECK(ras[0].advert.prefixes.at(0).valid.count() == 0);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("a P-MAAR's own word counts in locator mode, about our nodes, from a peer") {
    struct Row {
        DomainMode mode;
        const char* from;
        const char* serving;
        Status status;
        const char* refusal;
    };

    constexpr auto kLocator = DomainMode::Locator;
    constexpr auto kGood = Status::Accepted;
    for (const Row& row :
         {Row{kLocator, "2001:db8:2::1", "2001:db8:1::1", kGood, ""},
          Row{DomainMode::Proxy, "2001:db8:2::1", "2001:db8:1::1", kGood, "unauthorised"},
          Row{DomainMode::Relay, "2001:db8:2::1", "2001:db8:1::1", kGood, "unauthorised"},
          Row{kLocator, "2001:db8:99::1", "2001:db8:1::1", kGood, "unauthorised"},
          Row{kLocator, "2001:db8:2::1", "2001:db8:3::1", kGood, "echo_differs"},
          Row{kLocator, "2001:db8:2::1", "2001:db8:1::1", Status::ReasonUnspecified, "refused"}}) {
        MaarSettings settings = maar_settings(1);
        settings.protocol.mode = row.mode;
        MaarEngine engine(settings, Seed{1});
        (void)engine.handle(at(seconds(1)), solicited());
        Registration r;
        r.mn = kAlice;
        r.prefixes = {prefix("2001:db8:a200:1::/64")};
        r.handoff = wire::Handoff::Unknown;
        r.access_technology = 3;
        r.serving = ip(row.serving);
        const Actions actions = engine.handle(
            at(seconds(1)),
            MessageReceived{.from = ip(row.from),
                            .to = ip("2001:db8:1::1"),
                            .message = wire::ProxyBindingAck{.status = row.status,
                                                             .flags = wire::ba_flag::kDmmPba,
                                                             .sequence = 4711,
                                                             .lifetime = 150,
                                                             .options = write_registration(r)}});
        INFO(row.refusal);
        CHECK(refusal(actions) == row.refusal);
        const auto& anchors = engine.sessions().at(kAlice).anchors;
        REQUIRE(anchors.size() == (std::string_view(row.refusal).empty() ? 1 : 0));
        if (!anchors.empty()) CHECK(anchors[0].maar == ip(row.from));
        CHECK(only<Want>(actions).size() == anchors.size());
    }
}
