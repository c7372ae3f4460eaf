// A MAAR's judgement and promises: RFC 5213 section 6.9.1.2, RFC 8885 sections 3.2, 3.5, 3.7.
#include "lib/core/invariants.h"
#include "lib/core/maar_engine.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const MnId kAlice = MnId::nai("alice@example");

RouterSolicited solicited() {
    return {.link = {.name = "lan0"},
            .mac = mac("02:00:00:00:01:01"),
            .source = ip("fe80::ff:fe00:101")};
}

// The CMD's answer to the PBU among `actions`.
MessageReceived answer_to(const Actions& actions, Status status, std::uint8_t flags) {
    const auto [send, pbu] = sent<wire::ProxyBindingUpdate>(actions).at(0);
    return {.from = send.to,
            .to = send.from,
            .message = wire::ProxyBindingAck{
                .status = status,
                .flags = flags,
                .sequence = pbu.sequence,
                .lifetime = is_accepted(status) ? pbu.lifetime : std::uint16_t{0},
                .options = pbu.options}};
}

MessageReceived accepted(const Actions& actions, const wire::Options& more = {}) {
    MessageReceived answer = answer_to(actions, Status::Accepted, wire::ba_flag::kDmmPba);
    auto& options = std::get<wire::ProxyBindingAck>(answer.message).options;
    // What the MAAR told for a CMD that may know nothing; the CMD tells what it knows itself.
    std::erase_if(options,
                  [](const auto& o) { return std::holds_alternative<wire::PreviousMaar>(o); });
    options.insert(options.end(), more.begin(), more.end());
    return answer;
}

ForwardingApplied applied(const MaarEngine& engine) {
    return {.mn = kAlice, .revision = engine.sessions().at(kAlice).wanted};
}

ForwardingFailed failed(const MaarEngine& engine) {
    return {.mn = kAlice,
            .revision = engine.sessions().at(kAlice).wanted,
            .error = {.operation = "ip -6 route replace", .code = 12, .text = "no memory"}};
}

// A MAAR that serves alice, everything applied.
MaarEngine serving_engine() {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions actions = engine.handle(at(seconds(1)), solicited());
    (void)engine.handle(at(seconds(1)), applied(engine));
    (void)engine.handle(at(seconds(1)), accepted(actions));
    return engine;
}

PbuSpec redirect_to(const char* serving) {
    PbuSpec spec;
    spec.from = "2001:db8:ffff::c0";
    spec.to = "2001:db8:1::1";
    spec.serving = serving;
    return spec;
}

}  // namespace

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
