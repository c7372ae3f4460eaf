#include "tests/kernel/contract.h"

namespace dmm::kernel {

Verdict dlif_is_exact(Bench bench) {
    Stage stage(bench);
    const Dlif dlif = make_dlif(1, 1);
    stage.apply(kAlice, {.dlifs = {dlif}, .down = {}, .up = {}});
    const auto link = stage.link_of(dlif);
    const auto lan = stage.world.link("lan0");
    if (!link || !lan) return {Verdict::Kind::Fail, "no DLIF"};
    stage.expect(link->kind == "macvlan" && link->mode == MACVLAN_MODE_PRIVATE, "private mode");
    stage.expect(link->mac == dlif.identity.mac, "link-layer address");
    stage.expect(link->lower == lan->index, "over lan0");
    stage.expect(link->up, "up");
    stage.expect(link->alias == kLinkAlias && link->group == kLiveGroup, "marked as ours");
    stage.expect(link->address_generation == IN6_ADDR_GEN_MODE_NONE, "addrgenmode none");
    stage.expect(stage.driver.index_of(dlif) == link->index, "index_of");
    const auto addresses = stage.world.addresses(link->index);
    stage.expect(addresses.size() == 1, "one address");
    if (addresses.size() == 1) {
        stage.expect(addresses[0].address == dlif.identity.link_local, "its link-local address");
        stage.expect(addresses[0].prefix_length == 64, "of a /64");
        stage.expect((addresses[0].flags & IFA_F_NODAD) != 0, "nodad");
        stage.expect((addresses[0].flags & IFA_F_TENTATIVE) == 0, "usable at once");
    }
    return stage.verdict;
}

Verdict neighbour_is_permanent(Bench bench) {
    Stage stage(bench);
    const Dlif dlif = make_dlif(1, 1);
    stage.apply(kAlice, over_dlif(1, 1));
    const auto neighbours = stage.world.neighbours(stage.dlif_index());
    stage.expect(neighbours.size() == 1, "one neighbour");
    if (neighbours.size() != 1) return stage.verdict;
    stage.expect(neighbours[0].ip == link_local_of(dlif.mn), "its address");
    stage.expect(neighbours[0].mac == dlif.mn, "its link-layer address");
    stage.expect(neighbours[0].state == NUD_PERMANENT, "permanent");
    return stage.verdict;
}

Verdict downlink_goes_to_the_node(Bench bench) {
    Stage stage(bench);
    stage.expect(stage.way_to(make_prefix(1, 1)) == 0, "no way before");
    stage.apply(kAlice, over_dlif(1, 1));
    const auto core = stage.world.link("core0");
    const auto route = stage.world.lookup(host_in(make_prefix(1, 1)), kFarAway, core->index);
    stage.expect(route.has_value(), "a way");
    if (!route) return stage.verdict;
    stage.expect(route->interface == stage.dlif_index(), "over the DLIF");
    stage.expect(route->via == link_local_of(make_dlif(1, 1).mn), "via the node");
    stage.expect(route->protocol == kRouteProtocol && route->table == kMainTable, "marked");
    return stage.verdict;
}

Verdict replacement_leaves_no_gap(Bench bench) {
    RouteRecorder recorder(bench.transport);
    Stage stage({.transport = recorder,
                 .real_tunnels = bench.real_tunnels,
                 .encap = bench.encap,
                 .uplinks = bench.uplinks});
    const Prefix prefix = make_prefix(1, 1);
    stage.apply(kAlice, over_dlif(1, 1));
    recorder.seen.clear();
    stage.apply(kAlice, over_tunnel(1, 1));
    stage.expect(stage.way_to(prefix) == stage.tunnel_index(), "into the tunnel");
    stage.apply(kAlice, over_dlif(1, 1));
    const std::uint32_t index = stage.dlif_index();
    stage.expect(index != 0 && stage.way_to(prefix) == index, "back to the DLIF");
    stage.expect(recorder.seen.size() == 2, "one request each");
    for (const auto& [type, flags] : recorder.seen) {
        stage.expect(type == RTM_NEWROUTE && (flags & NLM_F_REPLACE) != 0, "a replacement");
    }
    stage.expect(stage.world.our_routes().size() == 1, "one route");
    return stage.verdict;
}

Verdict nodes_share_a_dlif(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, over_dlif(1, 1));
    const auto first = stage.link_of(make_dlif(1, 1));
    stage.apply(kBob, over_dlif(2, 1));
    const auto second = stage.link_of(make_dlif(2, 1));
    if (!first || !second) return {Verdict::Kind::Fail, "no DLIF"};
    stage.expect(first->index == second->index, "the same interface");
    stage.expect(stage.world.our_links() == 1, "and no other");
    const std::uint32_t towards = stage.dlif_index();
    for (const std::uint8_t node : std::array<std::uint8_t, 2>{1, 2}) {
        const auto way = stage.world.lookup(host_in(make_prefix(node, 1)), kFarAway, second->index);
        stage.expect(way && way->interface == towards, "a way to each");
        stage.expect(way && way->via == link_local_of(make_dlif(node, 1).mn), "of its own");
    }
    stage.expect(stage.world.neighbours(towards).size() == 2, "a neighbour for each");
    stage.apply(kAlice, {});
    stage.sweep();
    const auto third = stage.link_of(make_dlif(2, 1));
    stage.expect(third && third->index == first->index && third->group == kLiveGroup, "it stays");
    stage.expect(stage.way_to(make_prefix(1, 1)) == 0, "no way to alice");
    stage.expect(stage.way_to(make_prefix(2, 1)) == towards, "but to bob");
    stage.expect(stage.world.neighbours(towards).size() == 1, "one neighbour");
    stage.apply(kBob, {});
    stage.sweep();
    stage.expect(stage.world.our_links() == 0, "nothing stays for nobody");
    return stage.verdict;
}

Verdict standing_interfaces_stand(Bench bench) {
    DriverSettings settings = settings_of(bench);
    const Dlif here = make_dlif(1, 1);
    const Dlif there = make_dlif(1, 2, "lan1");
    settings.standing = {{.over = here.over, .identity = here.identity},
                         {.over = there.over, .identity = there.identity}};
    Stage stage(bench, settings);
    const auto index = stage.driver.index_of(here);
    stage.expect(index.has_value(), "before a node comes");
    stage.expect(stage.world.addresses(index.value_or(0)).size() == 1, "with its address");
    stage.expect(!stage.driver.index_of(there), "but not over what is missing");
    stage.apply(kAlice, over_dlif(1, 1));
    stage.expect(stage.driver.index_of(here) == index, "the node finds it");
    stage.apply(kAlice, {});
    stage.sweep();
    stage.expect(stage.driver.index_of(here) == index, "it stays");
    stage.driver.watch(stage.now);
    stage.expect(stage.world.add_interface("lan1", "veth") == 0, "lan1 can be made");
    for (int seconds = 0; seconds < 3 && !stage.driver.index_of(there); ++seconds) {
        stage.now = stage.now + std::chrono::seconds(1);
        stage.driver.on_deadline(stage.now);
    }
    stage.expect(stage.driver.index_of(there).has_value(), "made when it can be");
    stage.expect(stage.driver.stop().empty() && stage.world.our_links() == 0, "gone in the end");
    return stage.verdict;
}

Verdict identities_stay_apart(Bench bench) {
    Stage stage(bench);
    Dlif bobs = make_dlif(2, 1);
    bobs.identity.mac = LinkLayerAddress({0x02, 0x5a, 0, 0, 2, 1});
    stage.driver.want(kAlice, Revision{1}, over_dlif(1, 1));
    stage.driver.want(
        kBob,
        Revision{1},
        {.dlifs = {bobs}, .down = {{.to = make_prefix(2, 1), .via = bobs}}, .up = {}});
    for (const Outcome& outcome : stage.driver.flush(stage.now)) {
        stage.expect(!outcome.error, "applied");
    }
    const auto alice = stage.link_of(make_dlif(1, 1));
    const auto bob = stage.link_of(bobs);
    if (!alice || !bob) return {Verdict::Kind::Fail, "no DLIFs"};
    stage.expect(alice->index != bob->index, "two interfaces");
    for (const auto& link : {*alice, *bob}) {
        const auto addresses = stage.world.addresses(link.index);
        stage.expect(link.up && addresses.size() == 1 &&
                         addresses[0].address == make_dlif(1, 1).identity.link_local,
                     "the same link-local address on " + link.name);
    }
    stage.expect(stage.way_to(make_prefix(1, 1)) == stage.dlif_index(), "to alice");
    stage.expect(stage.way_to(make_prefix(2, 1)) == bob->index, "to bob");
    return stage.verdict;
}

Verdict uplink_follows_the_source(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, moved_here(1));
    const auto index = stage.driver.index_of(make_dlif(1, 1)).value_or(0);
    stage.expect(stage.tunnel_index() != 0 && index != 0, "a DLIF and a tunnel");
    const auto old = stage.world.lookup(kFarAway, host_in(make_prefix(1, 2)), index);
    stage.expect(stage.through_tunnel(old), "the old prefix takes the tunnel");
    const std::uint32_t table = stage.rules() ? tunnel_table(kTunnel) : 8885;
    stage.expect(old && old->table == table, "by the table for it");
    const auto own = stage.world.lookup(kFarAway, host_in(make_prefix(1, 1)), index);
    stage.expect(!stage.through_tunnel(own), "the new prefix does not");
    const auto local =
        stage.world.lookup(host_in(make_prefix(1, 1)), host_in(make_prefix(1, 2)), index);
    stage.expect(stage.through_tunnel(local), "whatever the destination");
    return stage.verdict;
}

Verdict local_networks_go_by_destination(Bench bench) {
    Stage stage(bench);
    const Prefix here = Prefix::parse("2001:db8:b200::/48").value();
    SessionForwarding wish = moved_here(1);
    const Tunnel tunnel{.local = kLocal, .remote = kPeer};
    for (const std::uint8_t anchor : std::array<std::uint8_t, 2>{1, 2})
        wish.up.insert({.from = make_prefix(1, anchor), .to = kNetwork, .via = tunnel});
    wish.bypass.insert({.from = make_prefix(1, 2), .to = here});
    stage.apply(kAlice, wish);
    const auto core = stage.world.link("core0");
    const RouteRecord network{.table = kMainTable,
                              .to = here,
                              .from = {},
                              .via = {},
                              .interface = core->index,
                              .protocol = RTPROT_STATIC};
    stage.expect(stage.world.add_route(network) == 0, "a network here can be made");
    const auto index = stage.driver.index_of(make_dlif(1, 1)).value_or(0);
    stage.expect(stage.tunnel_index() != 0 && index != 0, "a DLIF and a tunnel");
    const auto way = [&](const Prefix& to, std::uint8_t anchor) {
        return stage.world.lookup(host_in(to), host_in(make_prefix(1, anchor)), index);
    };
    const auto by_core = [&](const std::optional<RouteRecord>& found) {
        return found && found->interface == core->index && !found->wraps;
    };
    stage.expect(stage.through_tunnel(way(kNetwork, 1)), "the peer's network, from the new prefix");
    stage.expect(stage.through_tunnel(way(kNetwork, 2)), "and from the old one");
    stage.expect(by_core(way(here, 1)), "the network here, from the new prefix");
    stage.expect(by_core(way(here, 2)), "and from the old one");
    stage.expect(stage.through_tunnel(way(make_prefix(9, 9), 2)), "all else from the old one");
    stage.apply(kAlice, over_dlif(1, 1));
    stage.expect(!stage.through_tunnel(way(kNetwork, 1)), "nothing stays");
    stage.expect(stage.world.our_routes().size() == 1, "but the way to the node");
    stage.apply(kAlice, wish);
    Driver next(stage.forms, bench.transport);
    stage.expect_done(next.start());
    stage.expect(stage.world.our_routes().empty(), "all of it is swept");
    return stage.verdict;
}

Verdict tunnel_is_shared(Bench bench) {
    if (bench.encap == Encap::Seg6) return {Verdict::Kind::Skip, "a route needs no interface"};
    Stage stage(bench);
    const std::string name = tunnel_name({.local = kLocal, .remote = kPeer});
    stage.apply(kAlice, over_tunnel(1, 1));
    const auto first = stage.world.link(name);
    stage.apply(kBob, over_tunnel(2, 1));
    stage.apply(kAlice, {});
    const auto second = stage.world.link(name);
    stage.expect(first && second && first->index == second->index, "one tunnel");
    stage.expect(second && second->group == kLiveGroup, "still in use");
    stage.apply(kBob, {});
    stage.sweep();
    const auto third = stage.world.link(name);
    stage.expect(third && third->index == second->index && third->group == kLiveGroup, "it stays");
    stage.expect(stage.driver.stop().empty() && !stage.world.link(name), "gone with the driver");
    return stage.verdict;
}

Verdict tunnel_is_exact(Bench bench) {
    if (bench.encap == Encap::Seg6) {
        Stage stage(bench);
        stage.apply(kAlice, over_tunnel(1, 1));
        const auto routes = stage.world.our_routes();
        stage.expect(routes.size() == 1 && stage.through_tunnel(routes[0]), "one segment");
        stage.expect(stage.world.our_links() == 0, "no interface");
        return stage.verdict;
    }
    if (!bench.real_tunnels) return {Verdict::Kind::Skip, "this kernel has no ip6_tunnel"};
    Stage stage(bench);
    stage.apply(kAlice, over_tunnel(1, 1));
    const auto link = stage.world.link(tunnel_name({.local = kLocal, .remote = kPeer}));
    if (!link) return {Verdict::Kind::Fail, "no tunnel"};
    stage.expect(link->kind == "ip6tnl", "ip6tnl");
    stage.expect(link->local == kLocal && link->remote == kPeer, "its ends");
    stage.expect(link->protocol == IPPROTO_IPV6, "IPv6 in IPv6");
    stage.expect(link->hop_limit == 64, "hop limit");
    stage.expect((link->tunnel_flags & 0x01U) != 0, "no encapsulation limit");
    stage.expect((link->tunnel_flags & 0x02U) != 0, "traffic class of the inner packet");
    stage.expect((link->tunnel_flags & 0x10U) != 0, "DSCP copied inwards");
    stage.expect(link->mtu == 1460, "MTU");
    stage.expect(link->up && link->address_generation == IN6_ADDR_GEN_MODE_NONE, "up");
    stage.expect(stage.world.addresses(link->index).empty(), "no addresses");
    return stage.verdict;
}

}  // namespace dmm::kernel
