#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "lib/kernel/notification.h"
#include "lib/kernel/repairs.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/record_writer.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Identity kOne = LinkIdentity{.name = "one"};
const Identity kTwo = LinkIdentity{.name = "two"};

SteadyTime at(Duration since) {
    return {.since_start = since};
}

// A driver that watches a fake kernel in which one node is served.
struct Play {
    FakeNetlink fake;
    Stage stage{{.transport = fake, .real_tunnels = true}};

    Play() {
        stage.apply(kAlice, over_dlif(1, 1));
        stage.driver.watch(stage.now);
        (void)fake.hear();
    }

    void take_route_away() {
        const Route route{.to = make_prefix(1, 1),
                          .from = {},
                          .via = link_local_of(make_dlif(1, 1).mn),
                          .dev = dlif_name("lan0", make_dlif(1, 1).identity.mac)};
        REQUIRE(stage.world.remove(route) == 0);
        stage.driver.notice(fake.hear(), stage.now);
    }

    // Goes on to the next deadline; how long that took.
    Duration wait() {
        const SteadyTime before = stage.now;
        stage.now = stage.driver.next_deadline().value();
        stage.driver.on_deadline(stage.now);
        (void)fake.hear();
        return stage.now - before;
    }

    [[nodiscard]] bool is_served() { return stage.way_to(make_prefix(1, 1)) != 0; }
};

}  // namespace

TEST_CASE("the first repair comes soon, the next ones more and more seldom", "[kernel]") {
    Repairs repairs;
    SteadyTime now = at(seconds(10));
    const std::vector<Duration> pauses{milliseconds(50),
                                       seconds(1),
                                       seconds(2),
                                       seconds(4),
                                       seconds(8),
                                       seconds(16),
                                       seconds(32),
                                       seconds(60),
                                       seconds(60)};
    unsigned times = 0;
    for (const Duration pause : pauses) {
        repairs.add(kOne, now);
        REQUIRE(repairs.next_deadline() == now + pause);
        CHECK(repairs.take_due(now + pause - milliseconds(1)).empty());
        now = now + pause;
        CHECK(repairs.take_due(now) == std::set{kOne});
        CHECK(repairs.mended(kOne, now) == ++times);
        CHECK_FALSE(repairs.next_deadline());
    }
}

TEST_CASE("after five minutes in peace an object counts as never disturbed", "[kernel]") {
    Repairs repairs;
    SteadyTime now = at(seconds(10));
    for (int i = 0; i < 5; ++i) {
        repairs.add(kOne, now);
        now = repairs.next_deadline().value();
        (void)repairs.take_due(now);
        (void)repairs.mended(kOne, now);
    }
    now = now + minutes(6);
    repairs.add(kTwo, now);
    now = now + milliseconds(50);
    CHECK(repairs.take_due(now) == std::set{kTwo});
    repairs.forget(kTwo);
    repairs.add(kOne, now);
    CHECK(repairs.next_deadline() == now + milliseconds(50));
}

TEST_CASE("what failed is tried at once when it may be possible", "[kernel]") {
    Repairs repairs;
    const SteadyTime now = at(seconds(10));
    repairs.add(kOne, now);
    (void)repairs.take_due(now + milliseconds(50));
    CHECK(repairs.failed(kOne, now) == 1);
    CHECK(repairs.waiting() == 1);
    CHECK(repairs.next_deadline() == now + seconds(1));
    repairs.hasten(now);
    CHECK(repairs.next_deadline() == now + milliseconds(50));
    CHECK(repairs.take_due(now + milliseconds(50)) == std::set{kOne});
    CHECK(repairs.failed(kOne, now) == 2);
    repairs.clear();
    CHECK(repairs.waiting() == 0);
}

TEST_CASE("a multitude is repaired in parts", "[kernel]") {
    Repairs repairs;
    for (int i = 0; i < 1000; ++i)
        repairs.add(LinkIdentity{.name = std::to_string(i)}, at(seconds(1)));
    std::size_t all = 0;
    for (int i = 0; i < 4; ++i) {
        const auto due = repairs.take_due(at(seconds(2)));
        CHECK(due.size() <= 256);
        all += due.size();
        for (const Identity& identity : due)
            repairs.forget(identity);
    }
    CHECK(all == 1000);
    CHECK_FALSE(repairs.next_deadline());
}

TEST_CASE("whoever removes an object again and again is not fought", "[kernel]") {
    Play play;
    Duration last{};
    for (int round = 0; round < 4; ++round) {
        play.take_route_away();
        CHECK_FALSE(play.is_served());
        const Duration took = play.wait();
        CHECK(play.is_served());
        CHECK(took > last);
        last = took;
        const auto repairs = play.stage.driver.take_repairs();
        REQUIRE(repairs.size() == 1);
        CHECK(repairs[0].kind == Repair::Kind::Restored);
        CHECK(repairs[0].times == static_cast<unsigned>(round) + 1);
        CHECK(repairs[0].object.starts_with("ip -6 route add 2001:db8:a101:1::/64"));
    }
    CHECK(last == seconds(4));
    CHECK(play.stage.driver.counters().restored == 4);
}

TEST_CASE("what the kernel refuses to have restored is said once and tried again", "[kernel]") {
    Play play;
    play.take_route_away();
    for (int i = 0; i < 3; ++i)
        play.fake.refuse(RTM_NEWROUTE, ENOSPC, "full");
    (void)play.wait();
    auto repairs = play.stage.driver.take_repairs();
    REQUIRE(repairs.size() == 1);
    CHECK(repairs[0].kind == Repair::Kind::Failed);
    REQUIRE(repairs[0].error);
    CHECK(repairs[0].error->text == "full");
    CHECK(play.stage.driver.counters().missing == 1);
    CHECK(play.wait() == seconds(1));
    CHECK(play.wait() == seconds(2));
    CHECK(play.stage.driver.take_repairs().empty());
    (void)play.wait();
    CHECK(play.is_served());
    CHECK(play.stage.driver.take_repairs().size() == 1);
    CHECK(play.stage.driver.counters().missing == 0);
}

TEST_CASE("what nobody wishes for any more is not restored", "[kernel]") {
    Play play;
    play.take_route_away();
    play.stage.apply(kAlice, {});
    (void)play.wait();
    CHECK(play.stage.driver.take_repairs().empty());
    CHECK_FALSE(play.is_served());
}

TEST_CASE("a look at everything comes a minute after the last, and survives a refusal",
          "[kernel]") {
    Play play;
    const SteadyTime due = play.stage.driver.next_deadline().value();
    CHECK(due - play.stage.now == seconds(60));
    play.take_route_away();  // heard, and then once more by the look
    play.stage.now = due;
    for (int i = 0; i < 6; ++i)
        play.fake.interrupt_dump();
    play.stage.driver.on_deadline(due);
    CHECK(play.is_served());
    CHECK(play.stage.driver.next_deadline().value() > due + seconds(59));
}

TEST_CASE("overruns lead to one look a second, not to one each", "[kernel]") {
    Play play;
    play.stage.now = play.stage.now + seconds(30);
    for (int i = 0; i < 20; ++i) {
        const std::size_t before = play.fake.requests();
        play.stage.driver.notice({.notifications = {}, .overrun = true}, play.stage.now);
        play.stage.driver.on_deadline(play.stage.now);
        const bool looked = play.fake.requests() != before;
        CHECK(looked == (i % 11 == 0));
        play.stage.now = play.stage.now + milliseconds(100);
    }
}

TEST_CASE("a notification is decoded by its type", "[kernel]") {
    Bytes datagram;
    {
        MessageBuilder out(datagram, RTM_DELROUTE, 0, 0);
        RouteRecord route;
        route.table = 8885;
        route.to = make_prefix(1, 1);
        route.protocol = kRouteProtocol;
        put_route(out, route);
        REQUIRE(out.finish());
    }
    ByteView rest = datagram;
    auto message = next_message(rest);
    REQUIRE(message);
    const auto gone = decode_notification(*message);
    REQUIRE(gone);
    CHECK(gone->what == Notification::What::Gone);
    CHECK(std::get<RouteRecord>(gone->record).to == make_prefix(1, 1));
    message->type = RTM_NEWROUTE;
    CHECK(decode_notification(*message)->what == Notification::What::There);
    message->type = RTM_NEWQDISC;
    CHECK_FALSE(decode_notification(*message));
    message->type = RTM_DELROUTE;
    message->payload = message->payload.first(3);
    CHECK_FALSE(decode_notification(*message));
}

}  // namespace dmm::kernel
