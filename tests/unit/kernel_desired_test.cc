#include <map>
#include <set>

#include "lib/base/rng.h"
#include "lib/kernel/desired.h"
#include "lib/kernel/realize.h"
#include "tests/kernel/contract.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const DriverSettings kSettings{.local = kLocal, .core_interface = {}};

// One of the states that a session passes through, or none.
SessionForwarding random_wish(std::uint8_t node, Rng& rng) {
    const auto anchor = static_cast<std::uint8_t>(1 + rng.below(3));
    switch (rng.below(4)) {
        case 0:
            return {};
        case 1:
            return over_dlif(node, anchor);
        case 2:
            return over_tunnel(node, anchor);
        default:
            return moved_here(node);
    }
}

KernelState from_scratch(const std::map<MnId, SessionForwarding>& wishes) {
    KernelState all;
    for (const auto& [mn, wish] : wishes)
        all.merge(realize(wish, kSettings));
    return all;
}

}  // namespace

TEST_CASE("after any sequence of wishes the merged state is as if computed from scratch",
          "[kernel]") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Rng rng(Seed{seed});
        Desired desired;
        std::map<MnId, SessionForwarding> wishes;
        for (int step = 0; step < 100; ++step) {
            const auto node = static_cast<std::uint8_t>(1 + rng.below(6));
            const MnId mn = MnId::nai(std::to_string(node));
            const SessionForwarding wish = random_wish(node, rng);
            const KernelState before = desired.state();
            const auto touched = desired.set(mn, realize(wish, kSettings));
            wishes[mn] = wish;
            REQUIRE(desired.state() == from_scratch(wishes));
            REQUIRE_FALSE(desired.contest(mn));

            // What changed is touched, and nothing is told twice.
            const std::set<Identity> told(touched.begin(), touched.end());
            REQUIRE(told.size() == touched.size());
            for (const auto& [identity, object] : before) {
                const auto now = desired.state().find(identity);
                const bool same = now != desired.state().end() && now->second == object;
                REQUIRE((same || told.contains(identity)));
            }
        }
    }
}

TEST_CASE("a shared object goes with its last user", "[kernel]") {
    Desired desired;
    desired.set(kAlice, realize(over_tunnel(1, 1), kSettings));
    desired.set(kBob, realize(over_tunnel(2, 1), kSettings));
    const Identity tunnel = LinkIdentity{.name = tunnel_name({.local = kLocal, .remote = kPeer})};
    desired.set(kAlice, {});
    CHECK(desired.state().contains(tunnel));
    desired.set(kBob, {});
    CHECK(desired.state().empty());
}

TEST_CASE("who came first keeps a contested object", "[kernel]") {
    Desired desired;
    SessionForwarding alices = over_dlif(1, 1);
    alices.down = {{.to = make_prefix(2, 1), .via = make_dlif(1, 1)}};  // which bob has already
    desired.set(kBob, realize(over_dlif(2, 1), kSettings));
    desired.set(kAlice, realize(alices, kSettings));
    const Identity route = RouteIdentity{.table = kMainTable, .to = make_prefix(2, 1), .from = {}};
    const auto via = [&] { return std::get<Route>(desired.state().at(route)).via; };
    CHECK(via() == link_local_of(make_dlif(2, 1).mn));
    CHECK_FALSE(desired.contest(kBob));
    const auto contest = desired.contest(kAlice);
    REQUIRE(contest);
    CHECK(contest->holder == kBob);
    // A new wish of the holder's with the same object does not lose it.
    SessionForwarding more = over_dlif(2, 1);
    more.dlifs.insert(make_dlif(2, 2));
    desired.set(kBob, realize(more, kSettings));
    CHECK(via() == link_local_of(make_dlif(2, 1).mn));
    desired.set(kBob, {});
    CHECK(via() == link_local_of(make_dlif(1, 1).mn));
    CHECK_FALSE(desired.contest(kAlice));
}

TEST_CASE("what is kept needs no wish", "[kernel]") {
    Desired desired;
    desired.keep(uplink_rule(kSettings));
    desired.set(kAlice, realize(moved_here(1), kSettings));
    desired.set(kAlice, {});
    CHECK(desired.state().size() == 1);
    const KernelState tunnelled = realize(over_tunnel(1, 1), kSettings);
    const Object& tunnel = tunnelled.begin()->second;
    desired.set(kAlice, tunnelled);
    desired.keep(tunnel);
    desired.set(kAlice, {});
    CHECK(desired.state().at(identity_of(tunnel)) == tunnel);
    CHECK(desired.state().size() == 2);
    CHECK(desired.keeps(tunnel));
    Object other = tunnel;
    std::get<Link>(other).mtu = 1400;
    CHECK_FALSE(desired.keeps(other));
    CHECK_FALSE(desired.keeps(tunnelled.rbegin()->second));
}

}  // namespace dmm::kernel
