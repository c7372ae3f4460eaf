// The engines whose configuration changes while nodes are attached: what concerns a session, and
// that nothing else touches it.
#include <functional>
#include <string>

#include "lib/core/cmd_engine.h"
#include "lib/core/invariants.h"
#include "lib/core/maar_record.h"
#include "lib/core/trace.h"
#include "tests/support/catch.h"
#include "tests/unit/maar_story.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Ip6Address kMaar1 = ip("2001:db8:1::1");
const Ip6Address kMaar2 = ip("2001:db8:2::1");
const Ip6Address kMaar3 = ip("2001:db8:3::1");

Reconfigured reconfigured(const RoleSettings& settings) {
    return {.settings = std::make_shared<const RoleSettings>(settings)};
}

Reconfigured maar_with(const std::function<void(MaarSettings&)>& change) {
    MaarSettings settings = maar_settings(1);
    change(settings);
    return reconfigured(settings);
}

Reconfigured cmd_with(const std::function<void(CmdSettings&)>& change) {
    CmdSettings settings = cmd_settings();
    change(settings);
    return reconfigured(settings);
}

std::string text_of(const Actions& actions) {
    std::string out;
    for (const Action& action : actions)
        out += to_text(action) + '\n';
    return out;
}

// alice here, with an anchor at MAAR2.
MaarEngine anchored_engine() {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions actions = engine.handle(at(seconds(1)), solicited());
    (void)engine.handle(at(seconds(1)), applied(engine));
    (void)engine.handle(at(seconds(1)),
                        accepted(actions,
                                 {wire::PreviousMaar{.address = kMaar2,
                                                     .prefix = prefix("2001:db8:a200:1::/64")}}));
    (void)engine.handle(at(seconds(1)), applied(engine));
    REQUIRE(engine.sessions().at(kAlice).anchors.size() == 1);
    return engine;
}

// What becomes of it: the node solicits once more, then each deadline comes.
std::string later_of(MaarEngine& engine) {
    Now now = at(seconds(10));
    std::string out = text_of(engine.handle(now, solicited()));
    for (int i = 0; i < 40 && engine.next_deadline(); ++i) {
        now = at(std::max(now.steady, *engine.next_deadline()).since_start);
        out += text_of(engine.handle(now, Tick{}));
    }
    return out;
}

PbuSpec at_maar2() {
    PbuSpec spec;
    spec.from = "2001:db8:2::1";
    spec.prefixes = {"2001:db8:a200:1::/64"};
    return spec;
}

// alice at MAAR2, with an anchor at MAAR1 that has confirmed.
CmdEngine moved_engine() {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), {}, 1));
    const Actions moved = engine.handle(at(seconds(2)), pbu(at(seconds(2)), at_maar2(), 9));
    const auto [send, update] = sent<wire::ProxyBindingUpdate>(moved).at(0);
    (void)engine.handle(
        at(seconds(2)),
        MessageReceived{.from = send.to,
                        .to = send.from,
                        .message = wire::ProxyBindingAck{.status = Status::Accepted,
                                                         .flags = wire::ba_flag::kDmmPba,
                                                         .sequence = update.sequence,
                                                         .lifetime = update.lifetime,
                                                         .options = update.options}});
    return engine;
}

std::string later_of(CmdEngine& engine) {
    std::string out;
    for (int i = 0; i < 40 && engine.next_deadline(); ++i)
        out += text_of(engine.handle(
            at(std::max(Duration(seconds(10)), engine.next_deadline()->since_start)), Tick{}));
    return out;
}

}  // namespace

TEST_CASE("a MAAR's sessions that a new configuration does not concern go on untouched") {
    const auto change = GENERATE(0, 1, 2, 3, 4, 5, 6, 7);
    const Reconfigured event = maar_with([&](MaarSettings& s) {
        if (change == 0) s.peers.pop_back();  // of MAAR2 and MAAR3 the one without alice
        if (change == 1) s.peers.push_back(ip("2001:db8:9::1"));
        if (change == 2) s.access_links.push_back({.name = "lan1"});
        if (change == 3) s.nodes.emplace(mac("02:00:00:00:01:09"), MnId::nai("carol"));
        if (change == 4) s.pool = prefix("2001:db8:a900::/48");
        if (change == 5) s.quarantine = seconds(1);
        if (change == 6) s.known_nodes_only = true;
        if (change == 7) s.deprecate_on_exit = false;
    });
    MaarEngine changed = anchored_engine();
    MaarEngine other = anchored_engine();
    const auto record = [](const MaarEngine& engine) {
        return record_text(record_of(engine.sessions().at(kAlice)).value());
    };
    const std::string before = record(changed);
    (void)changed.take_changed();
    CHECK(text_of(changed.handle(at(seconds(5)), event)).empty());
    CHECK(changed.take_changed().empty());
    CHECK(record(changed) == before);
    CHECK_FALSE(violation(changed));
    // Nor does it ever make a difference.
    CHECK(later_of(changed) == later_of(other));
}

TEST_CASE("the same configuration again is nothing at all") {
    MaarEngine maar = anchored_engine();
    CHECK(maar.handle(at(seconds(5)), reconfigured(maar_settings(1))).empty());
    CmdEngine cmd = moved_engine();
    CHECK(cmd.handle(at(seconds(5)), reconfigured(cmd_settings())).empty());
}

TEST_CASE("a configuration of somebody else is not taken") {
    MaarEngine maar = anchored_engine();
    (void)maar.handle(at(seconds(5)), reconfigured(cmd_settings()));
    (void)maar.handle(at(seconds(5)), reconfigured(maar_settings(2)));
    (void)maar.handle(at(seconds(5)), maar_with([](MaarSettings& s) { s.cmd = kMaar3; }));
    CHECK(maar.settings() == maar_settings(1));
    CmdEngine cmd = moved_engine();
    (void)cmd.handle(at(seconds(5)), reconfigured(maar_settings(1)));
    (void)cmd.handle(at(seconds(5)), cmd_with([](CmdSettings& s) { s.address = kMaar3; }));
    CHECK(cmd.settings() == cmd_settings());
}

TEST_CASE("an anchor that is no peer any more goes, and the node is told") {
    MaarEngine engine = anchored_engine();
    const Actions actions =
        engine.handle(at(seconds(5)), maar_with([](MaarSettings& s) { s.peers = {kMaar3}; }));
    CHECK(engine.sessions().at(kAlice).anchors.empty());
    REQUIRE(only<Advertise>(actions).size() == 1);
    CHECK(only<Advertise>(actions)[0].advert.router_lifetime == seconds(0));
    CHECK(only<Want>(actions).size() == 1);
    REQUIRE(only<Note>(actions).size() == 1);
    CHECK(only<Note>(actions)[0].field("reason") == "peer_removed");
    CHECK_FALSE(violation(engine));
}

TEST_CASE("what goes to a MAAR that is no peer any more goes nowhere") {
    MaarEngine engine = serving_engine();
    (void)engine.handle(at(seconds(9)), pbu(at(seconds(9)), redirect_to("2001:db8:2::1"), 40));
    (void)engine.handle(at(seconds(9)), applied(engine));
    CHECK(engine.handle(at(seconds(10)), maar_with([](MaarSettings& s) { s.peers = {kMaar2}; }))
              .empty());
    REQUIRE(engine.sessions().contains(kAlice));
    const Actions actions =
        engine.handle(at(seconds(10)), maar_with([](MaarSettings& s) { s.peers = {kMaar3}; }));
    REQUIRE(only<Want>(actions).size() == 1);
    CHECK(only<Want>(actions)[0].forwarding.empty());
    CHECK(engine.sessions().empty());
    CHECK(engine.pool().in_use() == 0);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("a node on a link that is not one any more counts as gone, and its session goes on") {
    MaarEngine engine = serving_engine();
    const Actions actions = engine.handle(
        at(seconds(5)), maar_with([](MaarSettings& s) { s.access_links = {{.name = "lan1"}}; }));
    CHECK(engine.sessions().at(kAlice).absent);
    CHECK(state_name(engine.sessions().at(kAlice)) == "serving");
    REQUIRE(actions.size() == 1);
    CHECK(only<Note>(actions).at(0).field("reason") == "link_removed");
}

TEST_CASE("a node that gets another name leaves under the old one and comes under the new") {
    MaarEngine engine = serving_engine();
    const Actions actions = engine.handle(at(seconds(5)), maar_with([](MaarSettings& s) {
                                              s.nodes[solicited().mac] = MnId::nai("carol");
                                          }));
    const auto updates = sent<wire::ProxyBindingUpdate>(actions);
    REQUIRE(updates.size() == 2);
    CHECK(updates[0].second.lifetime == 0);
    CHECK(updates[1].second.lifetime > 0);
    CHECK(state_name(engine.sessions().at(kAlice)) == "leaving");
    CHECK(state_name(engine.sessions().at(MnId::nai("carol"))) == "registering");
    CHECK_FALSE(violation(engine));
}

TEST_CASE("another pool: new prefixes come from it, those of the old one live on") {
    MaarEngine engine = serving_engine();
    const Prefix old = engine.sessions().at(kAlice).own.prefixes.at(0);
    (void)engine.handle(at(seconds(5)),
                        maar_with([](MaarSettings& s) { s.pool = prefix("2001:db8:a900::/48"); }));
    RouterSolicited bob = solicited();
    bob.mac = mac("02:00:00:00:01:02");
    const Actions actions = engine.handle(at(seconds(6)), bob);
    CHECK(engine.sessions().at(MnId::nai("bob@example")).own.prefixes.at(0) ==
          prefix("2001:db8:a900:1::/64"));
    CHECK(engine.sessions().at(kAlice).own.prefixes.at(0) == old);
    CHECK_FALSE(violation(engine));
    // It returns after its end: what it had is not ours to give any more.
    (void)engine.handle(at(seconds(7)), MnDetached{.mn = kAlice, .deregister = true});
    (void)engine.handle(at(seconds(7) + hours(1)), Tick{});
    REQUIRE_FALSE(engine.sessions().contains(kAlice));
    (void)engine.handle(at(seconds(8) + hours(1)), solicited());
    CHECK(engine.sessions().at(kAlice).own.prefixes.at(0) == prefix("2001:db8:a900:2::/64"));
    CHECK_FALSE(violation(engine));
}

TEST_CASE("other advertisements are told to who is served") {
    MaarEngine engine = serving_engine();
    CHECK(engine
              .handle(at(seconds(20)), maar_with([](MaarSettings& s) {
                          s.advert.router_lifetime = seconds(77);
                          s.advert.interval = seconds(50);
                      }))
              .empty());
    const Actions actions = engine.handle(at(seconds(21)), Tick{});
    REQUIRE(only<Advertise>(actions).size() == 1);
    CHECK(only<Advertise>(actions)[0].advert.router_lifetime == seconds(77));
}

TEST_CASE("other local networks change the ways to them and are told to the CMD") {
    MaarEngine engine = anchored_engine();
    const Actions actions = engine.handle(at(seconds(5)), maar_with([](MaarSettings& s) {
                                              s.local_prefixes = {prefix("2001:db8:b100::/40")};
                                          }));
    REQUIRE(only<Want>(actions).size() == 1);
    CHECK(only<Want>(actions)[0].forwarding.bypass.size() == 1);
    CHECK_FALSE(violation(engine));
    (void)engine.handle(at(seconds(5)), applied(engine));
    (void)engine.handle(at(seconds(6)), Tick{});
    (void)engine.handle(at(seconds(6)),
                        NodeHeard{.link = {.name = "lan0"}, .mac = solicited().mac});
    CHECK(engine.sessions().at(kAlice).own.local_prefixes.size() == 1);
}

TEST_CASE("idle anchors: watched from when that is wanted, and no more when it is not") {
    MaarEngine engine = anchored_engine();
    const auto idle = [](seconds release) {
        return maar_with([=](MaarSettings& s) { s.idle_release = release; });
    };
    (void)engine.handle(at(seconds(5)), idle(seconds(60)));
    REQUIRE(engine.sessions().at(kAlice).uses.size() == 1);
    CHECK(engine.sessions().at(kAlice).uses[0].due == at(seconds(65)).steady);
    (void)engine.handle(at(seconds(6)), idle(seconds(0)));
    CHECK(engine.sessions().at(kAlice).uses.empty());
}

TEST_CASE("a MAAR that is drained takes nobody new, and keeps whom it has") {
    MaarEngine engine = serving_engine();
    MaarEngine other = serving_engine();
    CHECK(engine.handle(at(seconds(5)), Draining{.on = true}).empty());
    (void)engine.handle(at(seconds(9)), Draining{.on = true});
    CHECK(engine.draining_since() == at(seconds(5)).steady);
    RouterSolicited bob = solicited();
    bob.mac = mac("02:00:00:00:01:02");
    const Actions refused = engine.handle(at(seconds(10)), bob);
    REQUIRE(refused.size() == 1);
    CHECK(only<Note>(refused).at(0).kind == NoteKind::NodeRefused);
    CHECK(only<Note>(refused).at(0).field("reason") == "draining");
    CHECK(engine.sessions().size() == 1);
    CHECK(later_of(engine) == later_of(other));

    (void)engine.handle(at(hours(30)), Draining{.on = false});
    CHECK_FALSE(engine.draining_since());
    CHECK(only<Want>(engine.handle(at(hours(30)), bob)).size() == 1);
}

TEST_CASE("a node that comes back to a MAAR that is drained stays where it is anchored for") {
    MaarEngine engine = serving_engine();
    (void)engine.handle(at(seconds(9)), pbu(at(seconds(9)), redirect_to("2001:db8:2::1"), 40));
    (void)engine.handle(at(seconds(9)), applied(engine));
    (void)engine.handle(at(seconds(10)), Draining{});
    const Actions actions = engine.handle(at(seconds(11)), solicited());
    REQUIRE(actions.size() == 1);
    CHECK(only<Note>(actions).at(0).field("reason") == "draining");
    CHECK(state_name(engine.sessions().at(kAlice)) == "previous");
}

TEST_CASE("a CMD's sessions that a new configuration does not concern go on untouched") {
    const auto change = GENERATE(0, 1, 2, 3, 4, 5);
    const Reconfigured event = cmd_with([&](CmdSettings& s) {
        if (change == 0) s.maars.pop_back();  // MAAR3
        if (change == 1)
            s.maars.push_back(
                {.address = ip("2001:db8:9::1"), .pool = prefix("2001:db8:a900::/48")});
        if (change == 2) s.nodes.emplace(MnId::nai("bob"), Mobility::Denied);
        if (change == 3) s.maars[0].pool = prefix("2001:db8:aa00::/48");
        if (change == 4) s.known_nodes_only = true;
        if (change == 5) s.max_previous_maars = 2;
    });
    CmdEngine changed = moved_engine();
    CmdEngine other = moved_engine();
    CHECK(text_of(changed.handle(at(seconds(5)), event)).empty());
    CHECK_FALSE(violation(changed));
    CHECK(later_of(changed) == later_of(other));
}

TEST_CASE("a CMD forgets what a MAAR that is gone served, and has others let go of it") {
    CmdEngine anchor = moved_engine();
    const Actions removed = anchor.handle(
        at(seconds(5)), cmd_with([](CmdSettings& s) { s.maars.erase(s.maars.begin()); }));
    const auto updates = sent<wire::ProxyBindingUpdate>(removed);
    REQUIRE(updates.size() == 1);
    CHECK(updates[0].first.to == kMaar1);
    CHECK(updates[0].second.lifetime == 0);
    CHECK(sent<wire::UpdateNotification>(removed).size() == 1);
    CHECK_FALSE(violation(anchor));

    CmdEngine server = moved_engine();
    const Actions lost = server.handle(
        at(seconds(5)), cmd_with([](CmdSettings& s) { s.maars.erase(s.maars.begin() + 1); }));
    CHECK(state_name(server.sessions().find(kAlice)->second) == "closing");
    REQUIRE(lost.size() == 1);
    CHECK(only<Note>(lost).at(0).field("reason") == "peer_removed");
    CHECK_FALSE(violation(server));
    CHECK(refusal(server.handle(at(seconds(6)), pbu(at(seconds(6)), at_maar2(), 10))) ==
          "unauthorised");
}

TEST_CASE("a node that is denied now is ended wherever it is") {
    CmdEngine engine = moved_engine();
    const Actions actions =
        engine.handle(at(seconds(5)),
                      cmd_with([](CmdSettings& s) { s.nodes.emplace(kAlice, Mobility::Denied); }));
    CHECK(sent<wire::ProxyBindingUpdate>(actions).size() == 2);
    CHECK(only<Note>(actions).at(0).field("by") == "configuration");
    CHECK_FALSE(violation(engine));
}

TEST_CASE("prefixes of a pool that a MAAR had before are renewed, and no new ones taken") {
    CmdEngine engine = moved_engine();
    (void)engine.handle(at(seconds(5)), cmd_with([](CmdSettings& s) {
                            s.maars[1].pool = prefix("2001:db8:a900::/48");
                        }));
    PbuSpec renewal = at_maar2();
    renewal.handoff = wire::Handoff::NotChanged;
    const Actions answers = engine.handle(at(seconds(6)), pbu(at(seconds(6)), renewal, 11));
    CHECK(sent<wire::ProxyBindingAck>(answers).at(0).second.status == Status::Accepted);
    PbuSpec bob = at_maar2();
    bob.mn = "bob@example";
    bob.prefixes = {"2001:db8:a200:2::/64"};
    CHECK(refusal(engine.handle(at(seconds(7)), pbu(at(seconds(7)), bob, 12))) == "foreign_prefix");
    bob.prefixes = {"2001:db8:a900:2::/64"};
    CHECK(refusal(engine.handle(at(seconds(8)), pbu(at(seconds(8)), bob, 13))).empty());
}
