#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/channel.h"
#include "tests/support/domain.h"
#include "tests/support/oracle.h"
#include "tests/support/world.h"

using namespace dmm;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Way kWay{.from = "a", .to = "b"};
const LinkLayerAddress kMac({2, 0, 0, 0, 9, 1});
const MnId kMn = MnId::eui48(kMac);

// A CMD, two MAARs and one host.
World small_world() {
    World world;
    const Domain domain(2);
    world.add_cmd("cmd", domain.cmd({}));
    world.add_maar("maar1", domain.maar(1, {}));
    world.add_maar("maar2", domain.maar(2, {}));
    world.add_host("host", kMac);
    return world;
}

bool has_violation(const World& world, const std::string& words) {
    return std::any_of(world.violations.begin(), world.violations.end(), [&](auto& violation) {
        return violation.find(words) != std::string::npos;
    });
}

unsigned solicitations(World& world) {
    unsigned count = 0;
    world.on_line = [&](const std::string& line) {
        if (line.find("< rs ") != std::string::npos) ++count;
    };
    world.move("host", "maar1", Soliciting::Insistently);
    world.run_for(seconds(30));
    world.on_line = {};
    return count;
}

}  // namespace

TEST_CASE("a message is lost by its number, its way, or a cut") {
    Channel channel;
    channel.decide({.way = kWay, .number = 2, .fate = {.lost = true}});
    channel.decide({.way = kWay, .number = 3, .fate = {.doubled = true}});
    channel.decide({.way = kWay, .number = 3, .fate = {.late = seconds(1)}});
    CHECK(channel.next(kWay) == Fate{});
    CHECK(channel.next({.from = "b", .to = "a"}) == Fate{});
    CHECK(channel.next(kWay).lost);
    CHECK(channel.next(kWay) == Fate{.doubled = true, .late = seconds(1)});
    channel.cut("b", "a");
    channel.cut("a", "b");
    channel.join("a", "b");
    CHECK(channel.next(kWay).lost);
    channel.join("a", "b");
    CHECK_FALSE(channel.next(kWay).lost);
}

TEST_CASE("what the odds did is on record, and decides the same way again") {
    Channel channel;
    channel.follow({.loss = 20, .duplication = 20, .reordering = 20}, Seed{7});
    std::vector<Fate> first;
    for (int i = 0; i < 500; ++i)
        first.push_back(channel.next(kWay));
    const auto lost = std::count_if(first.begin(), first.end(), [](auto& f) { return f.lost; });
    CHECK(lost > 60);
    CHECK(lost < 140);
    Channel again;
    for (const Decision& decision : channel.drawn())
        again.decide(decision);
    for (const Fate& fate : first)
        CHECK(again.next(kWay) == fate);
}

// RFC 4861 section 6.3.7.
TEST_CASE("a host that nobody answers solicits three times, an answered one once") {
    World world = small_world();
    CHECK(solicitations(world) == 1);
    World deaf = small_world();
    deaf.kernel("maar1")->refusal = "no";
    CHECK(solicitations(deaf) == 3);
}

TEST_CASE("a kernel does first and speaks later") {
    World world = small_world();
    world.kernel("maar1")->delay = milliseconds(100);
    world.kernel("maar1")->silence = milliseconds(100);
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(milliseconds(50));
    CHECK(world.kernel("maar1")->forwarding.empty());
    world.run_for(milliseconds(100));
    CHECK(world.kernel("maar1")->forwarding.size() == 1);
    CHECK(world.host("host")->addresses.empty());
    world.run_for(milliseconds(100));
    CHECK(world.host("host")->addresses.size() == 1);
}

TEST_CASE("a crash takes the engine, the restart what the kernel had") {
    World world = small_world();
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    world.crash("maar1");
    world.run_for(seconds(1));
    CHECK(world.kernel("maar1")->forwarding.size() == 1);
    world.move("host", "", Soliciting::Not);
    world.restart("maar1");
    CHECK(world.kernel("maar1")->forwarding.empty());
    CHECK(world.maar("maar1")->sessions().empty());
}

TEST_CASE("with a router its link comes up again, and who is there solicits") {
    World world = small_world();
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    world.crash("maar1");
    world.restart("maar1");
    CHECK(world.maar("maar1")->sessions().size() == 1);
}

TEST_CASE("a node whose clock is off is not believed") {
    World world = small_world();
    world.set_clock("maar1", seconds(10));
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    CHECK(world.cmd("cmd")->sessions().empty());
}

TEST_CASE("the oracle sees a missing route, another list, and what is left") {
    World world = small_world();
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    world.move("host", "maar2", Soliciting::Once);
    world.run_for(seconds(1));
    CHECK(discord(world).empty());
    CHECK(leftovers(world).size() == 6);
    const auto forwarding = world.kernel("maar1")->forwarding;
    world.kernel("maar1")->forwarding.clear();
    CHECK(discord(world).size() == 1);
    world.kernel("maar1")->forwarding = forwarding;
    world.host("host")->addresses.begin()->second.preferred = true;
    CHECK(discord(world).size() == 1);
    world.host("host")->at = "maar1";
    CHECK(discord(world).size() == 1);
}

TEST_CASE("a loop between two kernels is found when it comes to be") {
    World world = small_world();
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    const Prefix prefix = world.maar("maar1")->sessions().at(kMn).own.prefixes.front();
    const Tunnel back{.local = Domain::maar_address(2), .remote = Domain::maar_address(1)};
    world.kernel("maar2")->forwarding[MnId::nai("other")].down.insert({.to = prefix, .via = back});
    CHECK(world.violations.empty());
    world.move("host", "maar2", Soliciting::Once);
    world.run_for(seconds(1));
    CHECK(has_violation(world, "loop"));
}

TEST_CASE("a promise before its forwarding is found, to the node and to the CMD") {
    World world = small_world();
    world.move("host", "maar1", Soliciting::Once);
    world.run_for(seconds(1));
    auto forwarding = std::exchange(world.kernel("maar1")->forwarding, {});
    world.move("host", "maar1", Soliciting::Once);
    CHECK(has_violation(world, "a promise to a node"));
    world.run_for(seconds(1));
    CHECK_FALSE(has_violation(world, "a promise to the CMD"));
    world.kernel("maar1")->forwarding = std::move(forwarding);
    world.kernel("maar1")->silence = milliseconds(100);
    world.move("host", "maar2", Soliciting::Once);
    world.run_for(milliseconds(50));
    world.kernel("maar1")->forwarding.clear();
    world.run_for(seconds(1));
    CHECK(has_violation(world, "a promise to the CMD"));
}
