// The CMD's judgement, clause by clause: RFC 5213 sections 5.3.1 and 5.4.1, RFC 8885 section 3.
#include "lib/core/cmd_engine.h"
#include "lib/core/invariants.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Case {
    const char* name;
    PbuSpec spec;
    Status status;
    const char* reason;
};

PbuSpec with(void (*change)(PbuSpec&)) {
    PbuSpec spec;
    change(spec);
    return spec;
}

const MnId kAlice = MnId::nai("alice@example");

}  // namespace

TEST_CASE("every fault of a PBU has its status, and none leaves state") {
    const std::vector<Case> cases{
        {"no MN-ID",
         with([](PbuSpec& s) { s.mn = nullptr; }),
         Status::MissingMnIdentifierOption,
         "missing_mn_identifier"},
        {"a stranger",
         with([](PbuSpec& s) { s.from = "2001:db8:666::1"; }),
         Status::MagNotAuthorizedForProxyReg,
         "unauthorised"},
        {"no D flag",
         with([](PbuSpec& s) { s.flags = wire::bu_flag::kA | wire::bu_flag::kP; }),
         Status::AdministrativelyProhibited,
         "no_dmm"},
        {"no prefix",
         with([](PbuSpec& s) { s.prefixes.clear(); }),
         Status::MissingHomeNetworkPrefixOption,
         "missing_prefix"},
        {"no HI",
         with([](PbuSpec& s) { s.handoff.reset(); }),
         Status::MissingHandoffIndicatorOption,
         "missing_handoff_indicator"},
        {"no ATT",
         with([](PbuSpec& s) { s.access_technology.reset(); }),
         Status::MissingAccessTechTypeOption,
         "missing_access_technology"},
        {"a prefix is asked for",
         with([](PbuSpec& s) { s.prefixes = {"::/0"}; }),
         Status::InsufficientResources,
         "prefix_requested"},
        {"another MAAR's prefix",
         with([](PbuSpec& s) { s.prefixes = {"2001:db8:a200:1::/64"}; }),
         Status::NotAuthorizedForHomeNetworkPrefix,
         "foreign_prefix"},
        {"a whole pool",
         with([](PbuSpec& s) { s.prefixes = {"2001:db8:a100::/48"}; }),
         Status::NotAuthorizedForHomeNetworkPrefix,
         "foreign_prefix"},
    };
    for (const Case& c : cases) {
        INFO(c.name);
        CmdEngine engine(cmd_settings(), Seed{1});
        const Actions actions = engine.handle(at(seconds(1)), pbu(at(seconds(1)), c.spec));
        const auto acks = sent<wire::ProxyBindingAck>(actions);
        REQUIRE(acks.size() == 1);
        CHECK(acks[0].second.status == c.status);
        CHECK(acks[0].second.lifetime == 0);
        CHECK(refusal(actions) == c.reason);
        CHECK(engine.sessions().empty());
        CHECK(acks[0].first.to == ip(c.spec.from));
        // RFC 5213 section 5.3.6: at least one HNP, HI, ATT and an MN-ID come back.
        CHECK(wire::find<wire::MnIdentifier>(acks[0].second.options) != nullptr);
        CHECK(wire::find<wire::HomeNetworkPrefix>(acks[0].second.options) != nullptr);
        CHECK(wire::find<wire::HandoffIndicator>(acks[0].second.options) != nullptr);
        CHECK(wire::find<wire::AccessTechnologyType>(acks[0].second.options) != nullptr);
        const bool d = (acks[0].second.flags & wire::ba_flag::kD) != 0;
        CHECK(d == ((c.spec.flags & wire::bu_flag::kD) != 0));
    }
}

TEST_CASE("a plain Binding Update is not answered") {
    CmdEngine engine(cmd_settings(), Seed{1});
    PbuSpec spec;
    spec.flags = wire::bu_flag::kA;
    const Actions actions = engine.handle(at(seconds(1)), pbu(at(seconds(1)), spec));
    CHECK(sent<wire::ProxyBindingAck>(actions).empty());
    CHECK(refusal(actions) == "not_proxy");
}

TEST_CASE("a first registration is accepted with the D flag and lists no P-MAAR") {
    CmdEngine engine(cmd_settings(), Seed{1});
    const Actions actions = engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 77));
    const auto acks = sent<wire::ProxyBindingAck>(actions);
    REQUIRE(acks.size() == 1);
    CHECK(acks[0].second.status == Status::Accepted);
    CHECK(acks[0].second.flags == wire::ba_flag::kDmmPba);
    CHECK(acks[0].second.sequence == 77);
    CHECK(acks[0].second.lifetime == 150);
    CHECK(wire::find<wire::PreviousMaar>(acks[0].second.options) == nullptr);
    CHECK(sent<wire::ProxyBindingUpdate>(actions).empty());
    CHECK_FALSE(violation(engine));
}

TEST_CASE("a stale, a repeated and a future timestamp are told apart") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    const auto status = [&](const Now& now, const Now& stamp) {
        const Actions actions = engine.handle(now, pbu(stamp, {}, 2));
        return sent<wire::ProxyBindingAck>(actions).at(0).second.status;
    };
    CHECK(status(at(milliseconds(1010)), at(milliseconds(900))) ==
          Status::TimestampLowerThanPrevAccepted);
    CHECK(status(at(milliseconds(1010)), at(seconds(1))) == Status::TimestampLowerThanPrevAccepted);
    CHECK(status(at(milliseconds(1010)), at(seconds(2))) == Status::TimestampMismatch);
    CHECK(status(at(milliseconds(1010)), at(milliseconds(1010))) == Status::Accepted);
}

TEST_CASE("a refused stamp comes back with the CMD's own time") {
    CmdEngine engine(cmd_settings(), Seed{1});
    const Actions actions = engine.handle(at(seconds(10)), pbu(at(seconds(1)), {}, 1));
    const auto acks = sent<wire::ProxyBindingAck>(actions);
    REQUIRE(acks.size() == 1);
    const auto* stamp = wire::find<wire::Timestamp>(acks[0].second.options);
    REQUIRE(stamp != nullptr);
    CHECK(*stamp == wire::Timestamp::of(at(seconds(10)).wall));
}

TEST_CASE("a handover in proxy mode: PBA to the S-MAAR first, PBU with Serving MAAR beside it") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec second;
    second.from = "2001:db8:2::1";
    second.prefixes = {"2001:db8:a200:1::/64"};
    const Actions actions = engine.handle(at(seconds(2)), pbu(at(seconds(2)), second, 9));
    const auto acks = sent<wire::ProxyBindingAck>(actions);
    const auto updates = sent<wire::ProxyBindingUpdate>(actions);
    REQUIRE(acks.size() == 1);
    REQUIRE(updates.size() == 1);
    CHECK(std::holds_alternative<wire::ProxyBindingAck>(std::get<Send>(actions[0]).message));
    const auto listed = wire::all<wire::PreviousMaar>(acks[0].second.options);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].address == ip("2001:db8:1::1"));
    CHECK(listed[0].prefix == prefix("2001:db8:a100:1::/64"));
    CHECK(updates[0].first.to == ip("2001:db8:1::1"));
    const auto* serving = wire::find<wire::ServingMaar>(updates[0].second.options);
    REQUIRE(serving != nullptr);
    CHECK(serving->address == ip("2001:db8:2::1"));
    // The P-MAAR's own prefix, not the new one.
    CHECK(wire::find<wire::HomeNetworkPrefix>(updates[0].second.options)->prefix ==
          prefix("2001:db8:a100:1::/64"));
    CHECK(updates[0].second.flags == wire::bu_flag::kDmmPbu);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("another node's prefix is refused, its owner keeps it") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec thief;
    thief.mn = "mallory@example";
    const Actions actions = engine.handle(at(seconds(2)), pbu(at(seconds(2)), thief, 1));
    CHECK(refusal(actions) == "prefix_in_use");
    CHECK(sent<wire::ProxyBindingAck>(actions).at(0).second.status ==
          Status::NotAuthorizedForHomeNetworkPrefix);
    CHECK(engine.sessions().size() == 1);
}

TEST_CASE("a late renewal of the old S-MAAR does not take the node back") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec second;
    second.from = "2001:db8:2::1";
    second.prefixes = {"2001:db8:a200:1::/64"};
    (void)engine.handle(at(seconds(2)), pbu(at(seconds(2)), second, 1));
    PbuSpec renewal;
    renewal.handoff = wire::Handoff::NotChanged;
    const Actions actions = engine.handle(at(seconds(3)), pbu(at(seconds(3)), renewal, 2));
    CHECK(refusal(actions) == "not_serving");
    CHECK(engine.sessions().at(kAlice).serving.maar == ip("2001:db8:2::1"));
}

TEST_CASE("a renewal must name the prefixes that are registered") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec other;
    other.handoff = wire::Handoff::NotChanged;
    other.prefixes = {"2001:db8:a100:2::/64"};
    const Actions actions = engine.handle(at(seconds(2)), pbu(at(seconds(2)), other, 2));
    CHECK(sent<wire::ProxyBindingAck>(actions).at(0).second.status ==
          Status::BcePbuPrefixSetDoNotMatch);
}

TEST_CASE("beyond the limit of P-MAARs the oldest is removed and not listed") {
    CmdSettings settings = cmd_settings();
    settings.max_previous_maars = 1;
    CmdEngine engine(settings, Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec second;
    second.from = "2001:db8:2::1";
    second.prefixes = {"2001:db8:a200:1::/64"};
    (void)engine.handle(at(seconds(2)), pbu(at(seconds(2)), second, 1));
    PbuSpec third;
    third.from = "2001:db8:3::1";
    third.prefixes = {"2001:db8:a300:1::/64"};
    const Actions actions = engine.handle(at(seconds(3)), pbu(at(seconds(3)), third, 1));
    const auto updates = sent<wire::ProxyBindingUpdate>(actions);
    bool removed = false;
    for (const auto& [send, update] : updates) {
        if (send.to == ip("2001:db8:1::1") && update.lifetime == 0) removed = true;
        if (send.to == ip("2001:db8:2::1")) CHECK(update.lifetime == 150);
    }
    CHECK(removed);
    const auto listed =
        wire::all<wire::PreviousMaar>(sent<wire::ProxyBindingAck>(actions).at(0).second.options);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].address == ip("2001:db8:2::1"));
    CHECK_FALSE(violation(engine));
}

TEST_CASE("a P-MAAR that asks with lifetime 0 is renewed while the node is here") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    PbuSpec second;
    second.from = "2001:db8:2::1";
    second.prefixes = {"2001:db8:a200:1::/64"};
    (void)engine.handle(at(seconds(2)), pbu(at(seconds(2)), second, 1));
    PbuSpec ask;
    ask.lifetime = 0;
    const Actions actions = engine.handle(at(seconds(3)), pbu(at(seconds(3)), ask, 2));
    const auto acks = sent<wire::ProxyBindingAck>(actions);
    REQUIRE(acks.size() == 1);
    CHECK(acks[0].second.lifetime > 0);
    CHECK(engine.sessions().at(kAlice).previous.size() == 1);
}

TEST_CASE("lifetime 0 from somebody who anchors nothing is ignored") {
    CmdEngine engine(cmd_settings(), Seed{1});
    PbuSpec ask;
    ask.lifetime = 0;
    CHECK(sent<wire::ProxyBindingAck>(engine.handle(at(seconds(1)), pbu(at(seconds(1)), ask, 1)))
              .empty());
    (void)engine.handle(at(seconds(2)), pbu(at(seconds(2)), {}, 1));
    ask.from = "2001:db8:2::1";
    ask.prefixes = {"2001:db8:a200:1::/64"};
    const Actions actions = engine.handle(at(seconds(3)), pbu(at(seconds(3)), ask, 1));
    CHECK(sent<wire::ProxyBindingAck>(actions).empty());
    CHECK(refusal(actions) == "not_anchor");
    CHECK(engine.sessions().size() == 1);
}
