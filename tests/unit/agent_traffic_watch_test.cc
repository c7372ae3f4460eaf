#include <chrono>

#include "agent/data_plane.h"
#include "agent/traffic_watch.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/fake_nft.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using kernel::FakeNft;
using kernel::FakeTable;
using kernel::kAlice;
using kernel::kBob;
using kernel::key_of;
using kernel::make_dlif;
using kernel::make_prefix;
using kernel::over_dlif;
using std::chrono::seconds;

struct Watched {
    FakeNft kernel;
    kernel::SourceFilter filter{{}, kernel};
    TrafficWatch watch{seconds(60)};
    SteadyTime now{seconds(1000)};

    Watched() {
        REQUIRE(filter.start());
        filter.want(kAlice, kernel::moved_here(1));
        filter.want(kBob, over_dlif(2, 1));
        filter.send();
        REQUIRE(filter.receive(now).empty());
    }

    FakeTable::Count& up(std::uint8_t node, std::uint8_t anchor) {
        return kernel.tables.at("dmmd").sets.at("up").at(
            key_of({make_dlif(node, anchor).mn, make_prefix(node, anchor)}));
    }

    FakeTable::Count& down(std::uint8_t node, std::uint8_t anchor) {
        return kernel.tables.at("dmmd").sets.at("down").at(key_of(make_prefix(node, anchor)));
    }
};

}  // namespace

TEST_CASE("a prefix is used when its counters have grown, either way") {
    Watched at;
    CHECK(at.watch.look(at.filter, at.now).empty());
    at.up(1, 2) = {.packets = 1, .octets = 60};
    at.down(2, 1) = {.packets = 1, .octets = 60};
    const std::vector<core::PrefixUsed> both{{.mn = kAlice, .prefix = make_prefix(1, 2)},
                                             {.mn = kBob, .prefix = make_prefix(2, 1)}};
    CHECK(at.watch.look(at.filter, at.now) == both);
    CHECK(at.watch.look(at.filter, at.now).empty());
    at.up(1, 2).packets = 2;
    CHECK(at.watch.look(at.filter, at.now).size() == 1);
}

TEST_CASE("what cannot be looked at counts as used") {
    Watched at;
    at.kernel.tables.clear();
    CHECK(at.watch.look(at.filter, at.now).size() == 3);
}

TEST_CASE("looks are several within an idle time, and none without") {
    Watched at;
    (void)at.watch.look(at.filter, at.now);
    CHECK(*at.watch.next_deadline() == at.now + std::chrono::milliseconds(7500));
    TrafficWatch rare(seconds(3600));
    (void)rare.look(at.filter, at.now);
    CHECK(*rare.next_deadline() == at.now + seconds(10));
    TrafficWatch never(Duration{});
    CHECK_FALSE(never.next_deadline());
    (void)never.look(at.filter, at.now);
    CHECK_FALSE(never.next_deadline());
}

TEST_CASE("who asks sees numbers that are a second old at most") {
    Watched at;
    at.up(1, 1).packets = 1;
    const kernel::NodePrefix alice{make_dlif(1, 1).mn, make_prefix(1, 1)};
    CHECK(at.watch.reading(at.filter, at.now).up.at(alice).packets == 1);
    at.up(1, 1).packets = 2;
    CHECK(at.watch.reading(at.filter, at.now).up.at(alice).packets == 1);
    CHECK(at.watch.reading(at.filter, at.now + seconds(1)).up.at(alice).packets == 2);
    // Showing is no look: what was used stays to be told.
    CHECK(at.watch.look(at.filter, at.now).size() == 1);
}

TEST_CASE("a node whose prefixes are refused by the filter is not called applied") {
    auto route = std::make_unique<kernel::FakeNetlink>();
    kernel::World world(*route);
    REQUIRE(world.add_interface("lan0", "veth") == 0);
    DataPlane plane({.local = kernel::kLocal, .core_interface = {}}, std::move(route));
    REQUIRE(plane.start(kernel::Inheritance::Refuse));
    auto nft = std::make_unique<FakeNft>();
    nft->bad_key = key_of({make_dlif(1, 1).mn, make_prefix(1, 1)});
    REQUIRE(plane.start_filter({"lan0"}, std::move(nft)));
    plane.want(kAlice, Revision{1}, over_dlif(1, 1));
    plane.want(kBob, Revision{1}, over_dlif(2, 1));
    const auto outcomes = plane.flush(SteadyTime{seconds(1)});
    REQUIRE(outcomes.size() == 2);
    REQUIRE(outcomes[0].error);
    CHECK(outcomes[0].error->operation.starts_with("nft add element ip6 dmmd "));
    CHECK_FALSE(outcomes[1].error);
    CHECK(plane.next_deadline());
    CHECK(plane.stop().empty());
}

TEST_CASE("without nf_tables the data plane works on, unchecked") {
    auto route = std::make_unique<kernel::FakeNetlink>();
    DataPlane plane({.local = kernel::kLocal, .core_interface = {}}, std::move(route));
    REQUIRE(plane.start(kernel::Inheritance::Refuse));
    auto nft = std::make_unique<FakeNft>();
    nft->begin_refused = EOPNOTSUPP;
    CHECK_FALSE(plane.start_filter({}, std::move(nft)));
    CHECK(plane.filter() == nullptr);
    plane.want(kAlice, Revision{1}, kernel::over_tunnel(1, 1));
    CHECK(plane.flush(SteadyTime{seconds(1)}).size() == 1);
    CHECK(plane.stop().empty());
}

}  // namespace dmm::agent
