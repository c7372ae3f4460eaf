#include <algorithm>
#include <string>
#include <vector>

#include "lib/kernel/realize.h"
#include "lib/kernel/reconcile.h"
#include "tests/kernel/contract.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const DriverSettings kSettings{.local = kLocal, .core_interface = "core0"};

std::vector<std::string> texts(const KernelState& state) {
    std::vector<std::string> out;
    for (const auto& [identity, object] : state)
        out.push_back(to_text(object));
    return out;
}

}  // namespace

TEST_CASE("a DLIF is realised as a macvlan with one addressand one neighbour", "[kernel]") {
    std::vector<std::string> expected{
        "ip link add dlifcfc7d8a4b0 link lan0 address 02:5a:00:00:00:01 type macvlan mode private",
        "ip -6 addr add fe80::1/64 dev dlifcfc7d8a4b0 nodad",
        "ip -6 neigh add fe80::ff:fe00:101 lladdr 02:00:00:00:01:01 dev dlifcfc7d8a4b0 nud "
        "permanent",
        "ip -6 route add 2001:db8:a101:1::/64 via fe80::ff:fe00:101 dev dlifcfc7d8a4b0 proto 137"};
    CHECK(texts(realize(over_dlif(1, 1), kSettings)) == expected);
    DriverSettings settings = kSettings;
    const Dlif dlif = make_dlif(1, 1);
    settings.standing = {{.over = dlif.over, .identity = dlif.identity}};
    expected.resize(2);
    CHECK(texts(standing(settings)) == expected);
}

TEST_CASE("a tunnel is realised with both its directions", "[kernel]") {
    SessionForwarding wish = over_tunnel(1, 1);
    const Tunnel tunnel{.local = kLocal, .remote = kPeer};
    wish.up.insert({.from = make_prefix(1, 2), .via = tunnel});
    const std::string name = tunnel_name(tunnel);
    CHECK(name == "dmmt479c6c9f");
    CHECK(texts(realize(wish, kSettings)) ==
          std::vector<std::string>{
              "ip link add " + name +
                  " mtu 1460 type ip6tnl mode ip6ip6 local 2001:db8::1 remote 2001:db8::2 dev "
                  "core0 encaplimit none hoplimit 64 tclass inherit dscp inherit",
              "ip -6 route add 2001:db8:a101:1::/64 dev " + name + " proto 137",
              "ip -6 route add default from 2001:db8:a102:1::/64 dev " + name +
                  " table 8885 proto 137"});
}

TEST_CASE("local networks are routes by destination and source", "[kernel]") {
    const Tunnel tunnel{.local = kLocal, .remote = kPeer};
    SessionForwarding wish;
    wish.up.insert({.from = make_prefix(1, 1), .to = kNetwork, .via = tunnel});
    wish.bypass.insert({.from = make_prefix(1, 2), .to = kNetwork});
    const auto made = texts(realize(wish, kSettings));
    REQUIRE(made.size() == 3);
    CHECK(made[1] == "ip -6 route add 2001:db8:b100::/48 from 2001:db8:a101:1::/64 dev " +
                         tunnel_name(tunnel) + " table 8885 proto 137");
    CHECK(made[2] ==
          "ip -6 route add throw 2001:db8:b100::/48 from 2001:db8:a102:1::/64 table 8885 proto "
          "137");
}

TEST_CASE("names are short, fixed, and differ by what they name", "[kernel]") {
    const LinkLayerAddress mac({0x02, 0x5a, 0xa0, 0x12, 0x33, 0x44});
    CHECK(dlif_name("lan0", mac) == "dlif85c497ac82");
    CHECK(dlif_name("lan1", mac) != dlif_name("lan0", mac));
    CHECK(dlif_name("", {}).size() <= 15);
    const Tunnel there{.local = kLocal, .remote = kPeer};
    const Tunnel back{.local = kPeer, .remote = kLocal};
    CHECK(tunnel_name(there) != tunnel_name(back));
    CHECK(tunnel_name(there).size() <= 15);
    CHECK(to_text(Object(uplink_rule(kSettings))) ==
          "ip -6 rule add pref 8885 lookup 8885 protocol 137");
}

TEST_CASE("DLIFs that only routes refer to are realised too", "[kernel]") {
    SessionForwarding wish = over_dlif(1, 1);
    const KernelState whole = realize(wish, kSettings);
    wish.dlifs.clear();
    CHECK(realize(wish, kSettings) == whole);
    CHECK(realize({}, kSettings).empty());
}

TEST_CASE("every operation has the text of a command", "[kernel]") {
    const KernelState state = realize(over_dlif(1, 1), kSettings);
    std::vector<std::string> lines;
    for (const auto& [identity, object] : state)
        lines.push_back(to_text(Remove{object}));
    CHECK(lines ==
          std::vector<std::string>{"ip link del dev dlifcfc7d8a4b0",
                                   "ip -6 addr del fe80::1/64 dev dlifcfc7d8a4b0",
                                   "ip -6 neigh del fe80::ff:fe00:101 dev dlifcfc7d8a4b0",
                                   "ip -6 route del 2001:db8:a101:1::/64 via fe80::ff:fe00:101 dev "
                                   "dlifcfc7d8a4b0 proto 137"});
    const Link& link = std::get<Link>(state.begin()->second);
    CHECK(to_text(SettleLink{link}) ==
          "ip link set dev dlifcfc7d8a4b0 group default alias dmmd addrgenmode none");
    CHECK(to_text(RaiseLink{link}) == "ip link set dev dlifcfc7d8a4b0 up");
    CHECK(to_text(CondemnLink{link}) == "ip link set dev dlifcfc7d8a4b0 group 4476237");
    CHECK(to_text(CondemnLink{{.name = "t", .kind = Ip6Tunnel{}}}) ==
          "ip link set dev t group 4476237");
    CHECK(to_text(SweepGroup{}) == "ip link del group 4476237");
    CHECK(to_text(Replace{state.rbegin()->second}).starts_with("ip -6 route replace "));
}

TEST_CASE("kinds have names", "[kernel]") {
    std::vector<std::string> kinds;
    for (const auto& [identity, object] : realize(moved_here(1), kSettings)) {
        const std::string kind(kind_of(object));
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
    }
    CHECK(kinds == std::vector<std::string>{"dlif", "tunnel", "address", "neighbour", "route"});
    CHECK(kind_of(uplink_rule(kSettings)) == "rule");
}

}  // namespace dmm::kernel
