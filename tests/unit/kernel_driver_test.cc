#include <cerrno>
#include <sstream>
#include <string>
#include <vector>

#include "lib/kernel/dry_run.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

// A stage on a fake kernel that can be told to misbehave.
struct Play {
    FakeNetlink fake;
    Stage stage{{.transport = fake, .real_tunnels = true}};

    std::optional<KernelError> want(const MnId& mn, const SessionForwarding& forwarding) {
        stage.driver.want(mn, Revision{++stage.revision}, forwarding);
        return stage.flush(mn);
    }

    // Nothing in the kernel but what is wished for.
    [[nodiscard]] bool is_served(std::uint8_t node) {
        const std::uint32_t towards = stage.dlif_index();
        return stage.driver.index_of(make_dlif(node, 1)) && towards != 0 &&
               stage.way_to(make_prefix(node, 1)) == towards;
    }
};

}  // namespace

TEST_CASE("one flush is two batches", "[kernel]") {
    Play play;
    const std::size_t before = play.fake.batches();
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    // The link, what lies on it.
    CHECK(play.fake.batches() - before == 2);
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    CHECK(play.fake.batches() - before == 2);  // nothing to do, nothing sent
    CHECK_FALSE(play.want(kAlice, {}));
    CHECK(play.fake.batches() - before == 2);
    play.stage.clear();
    CHECK(play.fake.batches() - before == 3);
    CHECK(play.stage.driver.counters().operations == 1 + 6 + 2);
    CHECK(play.stage.driver.counters().failures == 0);
    CHECK_FALSE(play.stage.driver.last_error());
}

TEST_CASE("a later wish takes the place of an earlier one", "[kernel]") {
    Play play;
    play.stage.driver.want(kAlice, Revision{1}, over_dlif(1, 1));
    play.stage.driver.want(kAlice, Revision{2}, over_dlif(1, 2));
    const auto outcomes = play.stage.driver.flush(play.stage.now);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].revision == Revision{2});
    CHECK_FALSE(play.stage.link_of(make_dlif(1, 1)));
    CHECK(play.stage.link_of(make_dlif(1, 2)));
    CHECK(play.stage.driver.flush(play.stage.now).empty());
}

TEST_CASE("a refusal is reported with the operation and the kernel's words, and retried",
          "[kernel]") {
    struct Row {
        std::uint16_t type;
        std::string operation;
    };

    const std::string name = dlif_name("lan0", make_dlif(1, 1).identity.mac);
    for (const Row& row : {Row{RTM_NEWLINK, "ip link add " + name},
                           Row{RTM_SETLINK, "ip link set dev " + name + " group default"},
                           Row{RTM_NEWADDR, "ip -6 addr add"},
                           Row{RTM_NEWNEIGH, "ip -6 neigh add"},
                           Row{RTM_NEWROUTE, "ip -6 route add"}}) {
        Play play;
        play.fake.refuse(row.type, EPERM, "not today");
        INFO(row.operation);
        const auto error = play.want(kAlice, over_dlif(1, 1));
        REQUIRE(error);
        CHECK(error->operation.starts_with(row.operation));
        CHECK((error->code == EPERM && error->text == "not today"));
        CHECK(play.stage.driver.last_error() == error);
        CHECK(play.stage.driver.counters().failures >= 1);
        CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
        CHECK(play.is_served(1));
        CHECK(play.stage.driver.stop().empty());
        CHECK(play.stage.world.our_links() == 0);
    }
}

TEST_CASE("an error without words gets those of its number", "[kernel]") {
    Play play;
    play.fake.refuse(RTM_NEWADDR, ENOBUFS, "");
    const auto error = play.want(kAlice, over_dlif(1, 1));
    REQUIRE(error);
    CHECK(error->text == "No buffer space available");
}

TEST_CASE("a link that could not be made costs one error, not one per object", "[kernel]") {
    Play play;
    play.fake.refuse(RTM_NEWLINK, ENOSPC, "full");
    CHECK(play.want(kAlice, over_dlif(1, 1))->code == ENOSPC);
    CHECK(play.stage.driver.counters().failures == 1);
    CHECK(play.stage.world.our_links() == 0);
}

TEST_CASE("an answer that does not come is a time-out, and what was done meanwhile is found",
          "[kernel]") {
    for (const std::uint16_t type :
         {RTM_NEWLINK, RTM_SETLINK, RTM_NEWADDR, RTM_NEWNEIGH, RTM_NEWROUTE}) {
        Play play;
        play.fake.stay_silent(type);
        const auto error = play.want(kAlice, over_dlif(1, 1));
        REQUIRE(error);
        CHECK(error->code == ETIMEDOUT);
        CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
        CHECK(play.is_served(1));
        play.stage.apply(kAlice, {});
        play.stage.sweep();
        CHECK(play.stage.world.our_links() == 0);
        CHECK(play.stage.world.our_routes().empty());
    }
}

TEST_CASE("what may have been done unheard is undone, should nobody wish for it", "[kernel]") {
    for (const std::uint16_t type :
         {RTM_NEWLINK, RTM_SETLINK, RTM_NEWADDR, RTM_NEWNEIGH, RTM_NEWROUTE}) {
        Play play;
        play.stage.apply(kBob, over_tunnel(2, 1));
        play.fake.stay_silent(type);
        SessionForwarding wish = over_dlif(1, 1);
        wish.down = over_tunnel(1, 1).down;
        CHECK(play.want(kAlice, wish)->code == ETIMEDOUT);
        CHECK_FALSE(play.want(kAlice, {}));
        play.stage.sweep();
        CAPTURE(type);
        CHECK(play.stage.world.our_routes().size() == 1);  // bob's
        CHECK(play.stage.world.our_links() == 1);
    }
}

TEST_CASE("an earlier wish is restored after a replacement that may have been done", "[kernel]") {
    Play play;
    play.stage.apply(kAlice, over_dlif(1, 1));
    play.fake.stay_silent(RTM_NEWROUTE);
    CHECK(play.want(kAlice, over_tunnel(1, 1))->code == ETIMEDOUT);
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    CHECK(play.is_served(1));
}

TEST_CASE("a removal that failed is tried again, without a wish if need be", "[kernel]") {
    for (const bool silent : {true, false}) {
        for (const std::uint16_t type : {RTM_DELROUTE, RTM_SETLINK}) {
            for (const bool returns : {true, false}) {
                Play play;
                play.stage.apply(kAlice, over_dlif(1, 1));
                if (silent) {
                    play.fake.stay_silent(type);
                } else {
                    play.fake.refuse(type, EBUSY, "busy");
                }
                CHECK_FALSE(play.want(kAlice, {}));
                play.stage.clear();
                CHECK(play.stage.driver.last_error()->code == (silent ? ETIMEDOUT : EBUSY));
                if (returns) {
                    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
                    play.stage.sweep();
                    CHECK(play.is_served(1));
                    CHECK(play.stage.world.our_links() == 1);
                } else {
                    play.stage.sweep();
                    play.stage.sweep();
                    CHECK(play.stage.world.our_routes().empty());
                    CHECK(play.stage.world.our_links() == 0);
                    CHECK_FALSE(play.stage.driver.next_deadline());
                }
            }
        }
    }
}

TEST_CASE("lost answers do not spoil those that came", "[kernel]") {
    Play play;
    play.stage.driver.want(kAlice, Revision{1}, over_dlif(1, 1));
    play.stage.driver.want(kBob, Revision{1}, over_dlif(2, 2));
    // The query's answer is not lost: it is the first datagram of the next batch that is.
    CHECK(play.stage.world.link("lan0"));
    play.fake.refuse(RTM_NEWADDR, EPERM, "no");
    const auto outcomes = play.stage.driver.flush(play.stage.now);
    REQUIRE(outcomes.size() == 2);
    CHECK((outcomes[0].error && !outcomes[1].error));
    CHECK(play.stage.way_to(make_prefix(2, 2)) == play.stage.dlif_index(2));
}

TEST_CASE("an overrun costs the operations whose answers were lost", "[kernel]") {
    Play play;
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    SessionForwarding more = over_dlif(1, 1);
    more.down.insert({.to = make_prefix(9, 1), .via = make_dlif(1, 1)});
    play.fake.overrun();
    const auto error = play.want(kAlice, more);
    REQUIRE(error);
    CHECK(error->code == ETIMEDOUT);
    CHECK_FALSE(play.want(kAlice, {}));
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    CHECK(play.is_served(1));
}

TEST_CASE("an interrupted dump is asked for again", "[kernel]") {
    FakeNetlink fake;
    Channel channel(fake);
    fake.interrupt_dump();
    const auto links = channel.links();
    REQUIRE(links);
    CHECK(links->size() == 1);
    CHECK(fake.requests() == 2);
}

TEST_CASE("an index that is in use is replaced by another", "[kernel]") {
    for (const int code : {EEXIST, EBUSY}) {
        Play play;
        play.fake.refuse(RTM_NEWLINK, code, "");
        CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
        CHECK(play.stage.driver.index_of(make_dlif(1, 1)) >= 1'001'000U);
        CHECK(play.is_served(1));
    }
}

TEST_CASE("a tunnel of others between the same ends is named as the obstacle", "[kernel]") {
    Play play;
    Channel& others = play.stage.world.channel();
    const Link tunnel{.name = "theirs",
                      .kind = Ip6Tunnel{.local = kLocal, .remote = kPeer, .core_interface = {}}};
    REQUIRE_FALSE(others.perform_one(Add{tunnel}, {{"theirs", 77}}));
    const auto error = play.want(kAlice, over_tunnel(1, 1));
    REQUIRE(error);
    CHECK(error->code == EEXIST);
    CHECK(error->text == "there is another tunnel between the same ends");
    CHECK(play.stage.driver.stop().empty());
    CHECK(play.stage.world.link("theirs"));
}

TEST_CASE("a failed deletion of the group falls back to single ones", "[kernel]") {
    Play play;
    play.stage.apply(kAlice, moved_here(1));
    play.stage.apply(kAlice, {});
    play.fake.refuse(RTM_DELLINK, EOPNOTSUPP, "");
    play.stage.sweep();
    CHECK(play.stage.world.our_links() == 1);  // the tunnel
    CHECK_FALSE(play.stage.driver.next_deadline());
}

TEST_CASE("a sweep comes 1 s after the last condemnation, 5 s after the first at the latest",
          "[kernel]") {
    Play play;
    CHECK_FALSE(play.stage.driver.next_deadline());
    for (std::uint8_t node = 1; node <= 9; ++node) {
        play.stage.apply(MnId::nai(std::to_string(node)), over_dlif(node, node));
    }
    const SteadyTime first = play.stage.now + std::chrono::milliseconds(100);
    for (std::uint8_t node = 1; node <= 9; ++node) {
        play.stage.apply(MnId::nai(std::to_string(node)), {});
        const SteadyTime late = play.stage.now + std::chrono::seconds(1);
        const SteadyTime latest = first + std::chrono::seconds(5);
        CHECK(play.stage.driver.next_deadline() == std::min(late, latest));
        play.stage.now = play.stage.now + std::chrono::milliseconds(500);
    }
    CHECK(play.stage.world.our_links() == 9);
    play.stage.driver.on_deadline(first + std::chrono::seconds(5));
    CHECK(play.stage.world.our_links() == 0);
}

TEST_CASE("what is not wished for any more waits, and stands if it is wished for again",
          "[kernel]") {
    Play play;
    play.stage.apply(kAlice, over_dlif(1, 1));
    const std::uint64_t before = play.stage.driver.counters().batches;
    CHECK_FALSE(play.want(kAlice, {}));
    CHECK(play.stage.driver.next_deadline() == play.stage.now + std::chrono::milliseconds(100));
    CHECK(play.is_served(1));
    CHECK_FALSE(play.want(kAlice, over_dlif(1, 1)));
    play.stage.clear();
    CHECK(play.stage.driver.counters().batches == before);
    CHECK(play.is_served(1));
    CHECK_FALSE(play.stage.driver.next_deadline());
}

TEST_CASE("a link that another node takes over keeps nothing of the first", "[kernel]") {
    Play play;
    const Dlif bobs = make_dlif(2, 1);
    play.stage.apply(kAlice, over_dlif(1, 1));
    CHECK_FALSE(play.want(kAlice, {}));
    CHECK_FALSE(play.want(kBob, {.dlifs = {bobs}, .down = {}, .up = {}}));
    play.stage.clear();
    const auto neighbours = play.stage.world.neighbours(play.stage.dlif_index());
    REQUIRE(neighbours.size() == 1);
    CHECK(neighbours[0].mac == bobs.mn);
    CHECK(play.stage.world.our_routes().empty());
}

TEST_CASE("a start that a kernel cannot serve says why", "[kernel]") {
    FakeNetlink fake;
    Driver driver({.local = kLocal, .core_interface = {}}, fake);
    World world(fake);
    fake.has_tunnels = false;
    const auto without_tunnels = driver.start();
    REQUIRE_FALSE(without_tunnels);
    CHECK(without_tunnels.error().code == EOPNOTSUPP);
    CHECK(without_tunnels.error().operation.find("type ip6tnl") != std::string::npos);
    CHECK(without_tunnels.error().text == "Unknown device type");
    CHECK(world.our_links() == 0);

    fake.has_tunnels = true;
    fake.has_subtrees = false;
    const auto without_subtrees = driver.start();
    REQUIRE_FALSE(without_subtrees);
    CHECK(without_subtrees.error().text.find("IPV6_SUBTREES") != std::string::npos);
    CHECK(world.our_links() == 0);
    CHECK(world.our_rules().empty());

    fake.has_subtrees = true;
    CHECK(driver.start());
    CHECK(world.our_links() == 0);
    CHECK(world.our_routes().empty());
    CHECK(world.our_rules().size() == 1);
}

TEST_CASE("leftovers under an earlier table are found by their rule", "[kernel]") {
    FakeNetlink fake;
    World world(fake);
    REQUIRE(world.add_interface("lan0", "veth") == 0);
    Driver earlier({.local = kLocal, .core_interface = {}, .table = 77, .rule_priority = 78}, fake);
    REQUIRE(earlier.start());
    earlier.want(kAlice, Revision{1}, moved_here(1));
    CHECK_FALSE(earlier.flush({}).at(0).error);
    CHECK(world.our_routes().size() == 3);
    Driver now({.local = kLocal, .core_interface = {}}, fake);
    REQUIRE(now.start());
    CHECK(world.our_routes().empty());
    CHECK(world.our_links() == 0);
    REQUIRE(world.our_rules().size() == 1);
    CHECK(world.our_rules()[0].table == 8885);
}

TEST_CASE("two nodes that contest a prefix: the second is told", "[kernel]") {
    Play play;
    play.stage.apply(kAlice, over_dlif(1, 1));
    const auto error = play.want(
        kBob, {.dlifs = {}, .down = {{.to = make_prefix(1, 1), .via = make_dlif(2, 1)}}, .up = {}});
    REQUIRE(error);
    CHECK(error->code == EEXIST);
    CHECK(error->text == "already in another form for alice@example");
    CHECK(play.is_served(1));
}

TEST_CASE("a tunnel bound to a missing core interface is its node's error", "[kernel]") {
    FakeNetlink fake;
    World world(fake);
    Driver driver({.local = kLocal, .core_interface = "core0"}, fake);
    REQUIRE(driver.start());
    driver.want(kAlice, Revision{1}, over_tunnel(1, 1));
    const auto error = driver.flush({}).at(0).error;
    REQUIRE(error);
    CHECK(error->text == "no interface \"core0\"");
    CHECK(error->operation.starts_with("ip link add dmmt479c6c9f"));
    REQUIRE(world.add_interface("core0") == 0);
    driver.want(kAlice, Revision{2}, over_tunnel(1, 1));
    CHECK_FALSE(driver.flush({}).at(0).error);
    CHECK(world.link("dmmt479c6c9f")->lower == world.link("core0")->index);
}

TEST_CASE("many wishes go out in batches that the socket can hold", "[kernel]") {
    Play play;
    constexpr std::uint8_t kNodes = 200;
    const std::size_t before = play.fake.batches();
    for (std::uint8_t node = 1; node <= kNodes; ++node) {
        play.stage.driver.want(MnId::nai(std::to_string(node)), Revision{1}, over_dlif(node, node));
    }
    std::size_t refused = 0;
    for (const Outcome& outcome : play.stage.driver.flush(play.stage.now)) {
        if (outcome.error) ++refused;
    }
    CHECK(refused == 0);
    CHECK(play.stage.world.our_routes().size() == kNodes);
    // 200 links and 1200 other operations, at most 256 each.
    CHECK(play.fake.batches() - before <= 1 + 5 + 1);
}

TEST_CASE("stop removes all that it can and reports the rest", "[kernel]") {
    Play play;
    play.stage.apply(kAlice, moved_here(1));
    play.stage.apply(kBob, over_dlif(2, 1));
    play.fake.refuse(RTM_DELROUTE, EPERM, "mine");
    play.fake.refuse(RTM_SETLINK, EPERM, "not condemned");
    const auto errors = play.stage.driver.stop();
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].text == "mine");
    CHECK(errors[1].text == "not condemned");
    CHECK(play.stage.world.our_links() == 0);
    CHECK(play.stage.world.our_routes().empty());  // went with its link
    CHECK(play.stage.world.our_rules().empty());
}

TEST_CASE("a dry run prints what would be done and sends nothing", "[kernel]") {
    std::ostringstream out;
    DryRunTransport dry(out);
    Driver driver({.local = kLocal, .core_interface = "core0"}, dry);
    REQUIRE(driver.start());
    CHECK(out.str().ends_with("ip -6 rule add pref 8885 lookup 8885 protocol 137\n"));
    out.str("");
    driver.want(kAlice, Revision{1}, over_tunnel(1, 1));
    CHECK_FALSE(driver.flush({}).at(0).error);
    CHECK(out.str() ==
          "ip link add dmmt479c6c9f mtu 1460 group 4476237 type ip6tnl mode ip6ip6 local "
          "2001:db8::1 remote 2001:db8::2 dev core0 encaplimit none hoplimit 64 tclass inherit "
          "dscp inherit\n"
          "ip link set dev dmmt479c6c9f group default alias dmmd addrgenmode none\n"
          "ip link set dev dmmt479c6c9f up\n"
          "ip -6 route add 2001:db8:a101:1::/64 dev dmmt479c6c9f proto 137\n");
    out.str("");
    CHECK(driver.stop().empty());
    CHECK(out.str() ==
          "ip -6 route del 2001:db8:a101:1::/64 dev dmmt479c6c9f proto 137\n"
          "ip -6 rule del pref 8885 lookup 8885 protocol 137\n"
          "ip link set dev dmmt479c6c9f group 4476237\n"
          "ip link del group 4476237\n");
}

}  // namespace dmm::kernel
