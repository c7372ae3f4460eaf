// Pool, heartbeats and pace of engines whose configuration changes.
#include "lib/core/cmd_engine.h"
#include "lib/core/pacer.h"
#include "lib/core/prefix_pool.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const MnId kAlice = MnId::nai("alice@example");
const Ip6Address kMaar1 = ip("2001:db8:1::1");
const Ip6Address kMaar3 = ip("2001:db8:3::1");

Reconfigured reconfigured(const RoleSettings& settings) {
    return {.settings = std::make_shared<const RoleSettings>(settings)};
}

}  // namespace

TEST_CASE("a shorter quarantine counts for what rests already") {
    PrefixPool pool(prefix("2001:db8:a100:7::/64"), hours(2));
    const SteadyTime start{};
    const auto given = pool.allocate(start, kAlice);
    pool.release(start, given.value(), kAlice);
    pool.reconfigure(start + seconds(1), prefix("2001:db8:a100:7::/64"), seconds(10));
    CHECK_FALSE(pool.allocate(start + seconds(10), MnId::nai("bob")));
    CHECK(pool.allocate(start + seconds(11), MnId::nai("bob")));
}

TEST_CASE("a MAAR that is new is greeted, and one that is gone is asked no more") {
    CmdEngine engine(cmd_settings(), Seed{1});
    (void)engine.handle(at(seconds(1)), Started{.restart_counter = 7, .run = 0});
    CmdSettings other = cmd_settings();
    other.maars.at(2).address = ip("2001:db8:9::1");
    const Actions actions = engine.handle(at(seconds(2)), reconfigured(other));
    const auto greetings = sent<wire::Heartbeat>(actions);
    REQUIRE(actions.size() == 1);
    REQUIRE(greetings.size() == 1);
    CHECK(greetings[0].first.to == ip("2001:db8:9::1"));
    CHECK(greetings[0].second.unsolicited);
    CHECK_FALSE(engine.heartbeats().peers().contains(kMaar3));
    CHECK(engine.heartbeats().peers().size() == 3);
}

TEST_CASE("heartbeats begin when they are wanted, and end when they are not") {
    CmdSettings silent = cmd_settings();
    silent.protocol.heartbeat_interval = seconds(0);
    CmdEngine engine(silent, Seed{1});
    (void)engine.handle(at(seconds(1)), Started{.restart_counter = 7, .run = 0});
    CHECK_FALSE(engine.heartbeats().next_deadline());
    (void)engine.handle(at(hours(1)), reconfigured(cmd_settings()));
    const auto first = engine.heartbeats().next_deadline();
    REQUIRE(first);
    CHECK(*first >= at(hours(1)).steady);
    CHECK(*first <= at(hours(1) + seconds(60)).steady);
    (void)engine.handle(at(hours(1)), reconfigured(silent));
    CHECK_FALSE(engine.heartbeats().next_deadline());
}

TEST_CASE("who waits for its turn keeps it when the pace changes") {
    ProtocolSettings slow;
    slow.pbu_rate = 1;
    slow.pbu_burst = 1;
    Pacer pacer(slow);
    const SteadyTime start{};
    const auto route = [](std::uint64_t serial) {
        return UpdateRoute{.serial = Serial{serial}, .to = kMaar1};
    };
    REQUIRE(pacer.take(start, route(1)));
    for (const std::uint64_t serial : {2U, 3U, 4U, 5U})
        (void)pacer.join(start, route(serial));
    ProtocolSettings strict = slow;
    strict.pbu_rate = 1000;
    strict.pbu_burst = 100;
    strict.strict_update_rate = true;
    pacer.reconfigure(start, strict);
    CHECK(pacer.waiting() == 4);
    // Three in a second to one MAAR, in the order in which they came.
    for (const std::uint64_t serial : {2U, 3U, 4U})
        CHECK(pacer.next_due(start + milliseconds(serial)) == route(serial));
    CHECK_FALSE(pacer.next_due(start + milliseconds(9)));
    pacer.reconfigure(start + milliseconds(9), slow);
    CHECK(pacer.waiting() == 1);
    CHECK(pacer.next_due(start + seconds(2)) == route(5));
}
