// What stands in for ip6tnl and for routes by source.
#include <array>
#include <cerrno>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "lib/kernel/driver.h"
#include "lib/kernel/dry_run.h"
#include "lib/kernel/realize.h"
#include "lib/kernel/reconcile.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const DriverSettings kSeg6{.local = kLocal, .core_interface = "core0", .encap = Encap::Seg6};
const DriverSettings kRules{.local = kLocal, .core_interface = "core0", .uplinks = Uplinks::Rules};

std::vector<std::string> texts(const KernelState& state) {
    std::vector<std::string> out;
    for (const auto& [identity, object] : state)
        out.push_back(to_text(object));
    return out;
}

Tunnel tunnel_to(std::uint32_t peer) {
    std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8, 0xff};
    octets[13] = static_cast<std::uint8_t>(peer >> 16U);
    octets[14] = static_cast<std::uint8_t>(peer >> 8U);
    octets[15] = static_cast<std::uint8_t>(peer);
    return {.local = kLocal, .remote = Ip6Address(octets)};
}

// Two tunnels of one table: some 5000 are enough for a pair.
std::pair<Tunnel, Tunnel> that_collide() {
    std::map<std::uint32_t, Tunnel> seen;
    for (std::uint32_t peer = 1;; ++peer) {
        const Tunnel tunnel = tunnel_to(peer);
        const auto [at, fresh] = seen.try_emplace(tunnel_table(tunnel), tunnel);
        if (!fresh) return {at->second, tunnel};
    }
}

}  // namespace

TEST_CASE("with seg6 the routes of a tunnel wrap", "[kernel]") {
    CHECK(texts(realize(over_tunnel(1, 1), kSeg6)) ==
          std::vector<std::string>{"ip -6 route add 2001:db8:a101:1::/64 encap seg6 mode encap "
                                   "segs 2001:db8::2 dev core0 proto 137"});
    const Object route = realize(over_tunnel(1, 1), kSeg6).begin()->second;
    CHECK(link_name_of(route).empty());
    CHECK(to_text(Remove{route}) == "ip -6 route del 2001:db8:a101:1::/64 proto 137");
}

TEST_CASE("with rules each prefix leads into the table of its tunnel", "[kernel]") {
    const SessionForwarding wish{
        .dlifs = {},
        .down = {},
        .up = {{.from = make_prefix(1, 2), .via = kTunnel},
               {.from = make_prefix(1, 2), .to = kNetwork, .via = kTunnel}},
        .bypass = {{.from = make_prefix(1, 2), .to = Prefix::parse("2001:db8:b200::/48").value()}}};
    const std::string table = std::to_string(tunnel_table(kTunnel));
    const std::string from = " from 2001:db8:a102:1::/64";
    const std::vector<std::string> all = texts(realize(wish, kRules));
    REQUIRE(all.size() == 5);
    CHECK(all[1] == "ip -6 rule add pref 8965" + from + " to 2001:db8:b100::/48 lookup " + table +
                        " protocol 137");
    CHECK(all[2] ==
          "ip -6 rule add pref 8965" + from + " to 2001:db8:b200::/48 lookup 254 protocol 137");
    CHECK(all[3] == "ip -6 rule add pref 9013" + from + " lookup " + table + " protocol 137");
    CHECK(all[4] ==
          "ip -6 route add default dev " + tunnel_name(kTunnel) + " table " + table + " proto 137");
}

TEST_CASE("a rule that leads elsewhere goes before the new one comes", "[kernel]") {
    KernelState actual;
    KernelState desired;
    Rule rule{.priority = 9013, .table = 888'000'001, .from = make_prefix(1, 2)};
    put(actual, rule);
    rule.table = 888'000'002;
    put(desired, rule);
    const Plan plan = reconcile(desired, actual);
    REQUIRE(plan.at_once.size() == 2);
    CHECK(to_text(plan.at_once[0]).starts_with("ip -6 rule del pref 9013"));
    CHECK(to_text(plan.at_once[1]).starts_with("ip -6 rule add pref 9013"));
}

TEST_CASE("tunnels that would share a table are refused", "[kernel]") {
    const auto [one, other] = that_collide();
    FakeNetlink fake;
    Driver driver({.local = kLocal, .core_interface = {}, .uplinks = Uplinks::Rules}, fake);
    REQUIRE(driver.start());
    const auto wish_through = [](std::uint8_t anchor, const Tunnel& tunnel) {
        return SessionForwarding{
            .dlifs = {}, .down = {}, .up = {{.from = make_prefix(1, anchor), .via = tunnel}}};
    };
    SECTION("of one node") {
        SessionForwarding both = wish_through(1, one);
        both.up.merge(wish_through(2, other).up);
        driver.want(kAlice, Revision{1}, both);
        const auto outcomes = driver.flush({});
        REQUIRE(outcomes.size() == 1);
        REQUIRE(outcomes[0].error);
        CHECK(outcomes[0].error->code == EEXIST);
        CHECK(outcomes[0].error->text.find("would share this table") != std::string::npos);
        CHECK(World(fake).our_rules().empty());
    }
    SECTION("of two nodes") {
        driver.want(kAlice, Revision{1}, wish_through(1, one));
        REQUIRE(!driver.flush({})[0].error);
        driver.want(kBob, Revision{1}, wish_through(2, other));
        const auto outcomes = driver.flush({});
        REQUIRE(outcomes.size() == 1);
        REQUIRE(outcomes[0].error);
        CHECK(outcomes[0].error->text.find("for alice@example") != std::string::npos);
    }
    CHECK(driver.stop().empty());
    CHECK(World(fake).our_routes().empty());
}

TEST_CASE("a dry run needs no interface, whatever tunnels are", "[kernel]") {
    for (const Encap encap : {Encap::Ip6Ip6, Encap::Seg6}) {
        std::ostringstream out;
        DryRunTransport dry(out);
        Driver driver({.local = kLocal, .core_interface = "core0", .encap = encap}, dry);
        const auto started = driver.start();
        CHECK((started ? "" : started.error().text) == std::string());
    }
}

}  // namespace dmm::kernel
