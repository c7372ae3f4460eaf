// Interfaces that stand before any node needs them, and which these are when the configuration
// changes while the daemon works.
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

DriverSettings::Router router(std::uint8_t anchor, const std::string& lower = "lan0") {
    const Dlif dlif = make_dlif(1, anchor, lower);
    return {.over = dlif.over, .identity = dlif.identity};
}

Bench bench_on(FakeNetlink& fake) {
    const auto hear = [&fake] { return fake.hear(); };
    return {.transport = fake,
            .real_tunnels = true,
            .encap = Encap::Ip6Ip6,
            .uplinks = Uplinks::Routes,
            .hear = hear,
            .hear_others = hear};
}

DriverSettings with_standing(const Bench& bench,
                             const std::vector<DriverSettings::Router>& routers) {
    DriverSettings out = settings_of(bench);
    out.standing = routers;
    return out;
}

TEST_CASE("a router that is to stand from now on stands before a node comes", "[kernel]") {
    FakeNetlink fake;
    const Bench bench = bench_on(fake);
    Stage stage(bench, with_standing(bench, {router(1)}));
    const std::uint32_t first = stage.dlif_index(1);
    REQUIRE(first != 0);
    CHECK(stage.dlif_index(2) == 0);
    stage.driver.stand({router(1), router(2)}, stage.now);
    CHECK(stage.dlif_index(1) == first);
    const std::uint32_t second = stage.dlif_index(2);
    CHECK(second != 0);
    CHECK(stage.world.addresses(second).size() == 1);
    // It is what a node finds, and stays when the node has gone.
    stage.apply(kAlice, over_dlif(1, 2));
    CHECK(stage.dlif_index(2) == second);
    stage.apply(kAlice, {});
    stage.sweep();
    CHECK(stage.dlif_index(2) == second);
    CHECK(stage.driver.stop().empty());
    CHECK(stage.world.our_links() == 0);
    CHECK(stage.verdict.reason.empty());
}

TEST_CASE("a router over a link that is missing stands when the link is there", "[kernel]") {
    FakeNetlink fake;
    const Bench bench = bench_on(fake);
    Stage stage(bench, with_standing(bench, {router(1)}));
    stage.driver.watch(stage.now);
    stage.driver.stand({router(1), router(1, "lan1")}, stage.now);
    CHECK(stage.dlif_index(1, "lan1") == 0);
    REQUIRE(stage.world.add_interface("lan1", "veth") == 0);
    for (int seconds = 0; seconds < 3 && stage.dlif_index(1, "lan1") == 0; ++seconds) {
        stage.now = stage.now + std::chrono::seconds(1);
        stage.driver.on_deadline(stage.now);
    }
    CHECK(stage.dlif_index(1, "lan1") != 0);
    CHECK(stage.verdict.reason.empty());
}

}  // namespace
}  // namespace dmm::kernel
