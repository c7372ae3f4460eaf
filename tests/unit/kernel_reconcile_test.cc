#include <string>
#include <vector>

#include "lib/base/rng.h"
#include "lib/kernel/realize.h"
#include "lib/kernel/reconcile.h"
#include "tests/kernel/contract.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const DriverSettings kSettings{.local = kLocal, .core_interface = {}};

std::vector<Operation> all(const Plan& plan) {
    std::vector<Operation> out = plan.at_once;
    out.insert(out.end(), plan.links.begin(), plan.links.end());
    out.insert(out.end(), plan.rest.begin(), plan.rest.end());
    out.insert(out.end(), plan.removals.begin(), plan.removals.end());
    return out;
}

const std::string kDlif = dlif_name("lan0", make_dlif(1, 1).identity.mac);

std::vector<std::string> texts(const std::vector<Operation>& operations) {
    std::vector<std::string> out;
    for (const Operation& operation : operations)
        out.push_back(to_text(operation));
    return out;
}

void carry_out(KernelState& state, const Plan& plan) {
    for (const Operation& operation : all(plan))
        carry_out(state, operation);
}

// Without condemned links and what lies on them.
KernelState in_use(const KernelState& state) {
    KernelState out = state;
    for (const auto& [identity, object] : state) {
        const auto* link = std::get_if<Link>(&object);
        if (link != nullptr && link->group == kCondemnedGroup) erase_link(out, link->name);
    }
    return out;
}

bool is_making(const Operation& operation) {
    return std::holds_alternative<Add>(operation) || std::holds_alternative<Replace>(operation) ||
           std::holds_alternative<SettleLink>(operation) ||
           std::holds_alternative<RaiseLink>(operation);
}

KernelState random_state(Rng& rng) {
    KernelState out;
    for (std::uint8_t node = 1; node <= 4; ++node) {
        switch (rng.below(5)) {
            case 0:
                break;
            case 1:
                out.merge(realize(over_dlif(node, 1), kSettings));
                break;
            case 2:
                out.merge(realize(over_tunnel(node, 1), kSettings));
                break;
            case 3: {
                const Dlif dlif = make_dlif(node, 1, "lan1");
                out.merge(realize({.dlifs = {dlif},
                                   .down = {{.to = make_prefix(node, 1), .via = dlif}},
                                   .up = {}},
                                  kSettings));
                break;
            }
            default:
                out.merge(realize(moved_here(node), kSettings));
                break;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("the operations lead from any state to any other", "[kernel]") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Rng rng(Seed{seed});
        KernelState actual;
        for (int step = 0; step < 20; ++step) {
            const KernelState desired = random_state(rng);
            const Plan plan = reconcile(desired, actual);
            // Make before break: nothing is made after the first removal.
            for (const Operation& operation : plan.rest)
                REQUIRE(is_making(operation));
            for (const Operation& operation : plan.removals)
                REQUIRE_FALSE(is_making(operation));
            carry_out(actual, plan);
            REQUIRE(in_use(actual) == desired);
            REQUIRE(all(reconcile(desired, actual)).empty());
            if (rng.below(3) == 0) carry_out(actual, SweepGroup{});
            REQUIRE(in_use(actual) == desired);
        }
    }
}

TEST_CASE("a link is made condemned, then settled, raised and filled", "[kernel]") {
    const Plan plan = reconcile(realize(over_dlif(1, 1), kSettings), {});
    CHECK(texts(plan.links) ==
          std::vector<std::string>{
              "ip link add " + kDlif +
              " link lan0 address 02:5a:00:00:00:01 group 4476237 type macvlan mode private"});
    CHECK(texts(plan.rest) ==
          std::vector<std::string>{
              "ip link set dev " + kDlif + " group default alias dmmd addrgenmode none",
              "ip link set dev " + kDlif + " up",
              "ip -6 addr add fe80::1/64 dev " + kDlif + " nodad",
              "ip -6 neigh add fe80::ff:fe00:101 lladdr 02:00:00:00:01:01 dev " + kDlif +
                  " nud permanent",
              "ip -6 route add 2001:db8:a101:1::/64 via fe80::ff:fe00:101 dev " + kDlif +
                  " proto 137"});
}

TEST_CASE("a departing node costs a route and a neighbour, the last one the links", "[kernel]") {
    KernelState both = realize(over_dlif(1, 1), kSettings);
    both.merge(realize(over_dlif(2, 1), kSettings));
    const KernelState one = realize(over_dlif(2, 1), kSettings);
    const Plan plan = reconcile(one, both);
    CHECK(plan.links.empty());
    CHECK(plan.rest.empty());
    CHECK(
        texts(plan.removals) ==
        std::vector<std::string>{"ip -6 route del 2001:db8:a101:1::/64 via fe80::ff:fe00:101 dev " +
                                     kDlif + " proto 137",
                                 "ip -6 neigh del fe80::ff:fe00:101 dev " + kDlif});
    CHECK(
        texts(reconcile({}, one).removals) ==
        std::vector<std::string>{"ip -6 route del 2001:db8:a101:2::/64 via fe80::ff:fe00:102 dev " +
                                     kDlif + " proto 137",
                                 "ip link set dev " + kDlif + " group 4476237"});
}

TEST_CASE("from DLIF to tunnel the route is replaced before the DLIF is condemned", "[kernel]") {
    const KernelState before = realize(over_dlif(1, 1), kSettings);
    const Plan plan = reconcile(realize(over_tunnel(1, 1), kSettings), before);
    REQUIRE(plan.rest.size() == 3);
    REQUIRE(plan.removals.size() == 1);
    CHECK(std::holds_alternative<SettleLink>(plan.rest[0]));
    CHECK(std::holds_alternative<RaiseLink>(plan.rest[1]));
    CHECK(to_text(plan.rest[2]) ==
          "ip -6 route replace 2001:db8:a101:1::/64 dev dmmt479c6c9f proto 137");
    CHECK(std::holds_alternative<CondemnLink>(plan.removals[0]));
}

TEST_CASE("a condemned link is revived, not made again", "[kernel]") {
    const KernelState desired = realize(over_dlif(1, 1), kSettings);
    KernelState actual = desired;
    carry_out(actual, reconcile({}, actual));
    const Plan plan = reconcile(desired, actual);
    CHECK(plan.links.empty());
    CHECK(texts(plan.rest) ==
          std::vector<std::string>{
              "ip link set dev " + kDlif + " group default alias dmmd addrgenmode none",
              "ip -6 route add 2001:db8:a101:1::/64 via fe80::ff:fe00:101 dev " + kDlif +
                  " proto 137"});
}

TEST_CASE("a namesake of another make is removed first", "[kernel]") {
    const KernelState before = realize(over_dlif(1, 1), kSettings);
    KernelState after = before;
    auto& dlif = std::get<Link>(after.at(LinkIdentity{.name = kDlif}));
    std::get<Macvlan>(dlif.kind).lower = "lan1";
    const Plan plan = reconcile(after, before);
    REQUIRE(plan.links.size() == 2);
    CHECK(to_text(plan.links[0]) == "ip link del dev " + kDlif);
    CHECK(std::holds_alternative<Add>(plan.links[1]));
    CHECK(plan.rest.size() == 5);  // all that lay on it is added again
    for (const Operation& operation : plan.rest)
        CHECK(is_making(operation));
}

TEST_CASE("a node with a new link-layer address is reached by it", "[kernel]") {
    const KernelState before = realize(over_dlif(1, 1), kSettings);
    Dlif dlif = make_dlif(1, 1);
    dlif.mn = LinkLayerAddress({0x02, 0, 0, 0, 0x01, 0x99});
    const KernelState after = realize(
        {.dlifs = {dlif}, .down = {{.to = make_prefix(1, 1), .via = dlif}}, .up = {}}, kSettings);
    CHECK(texts(all(reconcile(after, before))) ==
          std::vector<std::string>{
              "ip -6 neigh add fe80::ff:fe00:199 lladdr 02:00:00:00:01:99 dev " + kDlif +
                  " nud permanent",
              "ip -6 route replace 2001:db8:a101:1::/64 via fe80::ff:fe00:199 dev " + kDlif +
                  " proto 137",
              "ip -6 neigh del fe80::ff:fe00:101 dev " + kDlif});
}

}  // namespace dmm::kernel
