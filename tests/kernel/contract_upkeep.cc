// What comes after the making: removal, another run, and what others have.
#include "tests/kernel/contract.h"

#include <cerrno>

namespace dmm::kernel {

Verdict condemned_link_leads_nowhere(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, over_dlif(1, 1));
    stage.apply(kAlice, {});
    const auto link = stage.link_of(make_dlif(1, 1));
    stage.expect(link.has_value(), "still there");
    stage.expect(link && link->group == kCondemnedGroup, "condemned");
    stage.expect(stage.way_to(make_prefix(1, 1)) == 0, "no way to the node");
    stage.expect(!stage.driver.index_of(make_dlif(1, 1)), "not to be used");
    return stage.verdict;
}

Verdict condemned_link_is_revived(Bench bench) {
    Stage stage(bench);
    const Dlif dlif = make_dlif(1, 1);
    stage.apply(kAlice, over_dlif(1, 1));
    const auto before = stage.driver.index_of(dlif);
    stage.apply(kAlice, {});
    stage.apply(kAlice, over_dlif(1, 1));
    stage.sweep();
    const auto link = stage.link_of(dlif);
    stage.expect(link && link->index == before, "the same interface");
    stage.expect(link && link->group == kLiveGroup && link->up, "in use");
    stage.expect(before && stage.way_to(make_prefix(1, 1)) == stage.dlif_index(),
                 "the way is back");
    stage.expect(stage.world.addresses(before.value_or(0)).size() == 1, "one address");
    // Revived for another link-local address: the old one must not stay behind.
    Dlif other = dlif;
    other.identity.link_local = ip("fe80::77");
    stage.apply(kAlice, {});
    stage.apply(kAlice, {.dlifs = {other}, .down = {}, .up = {}});
    const auto addresses = stage.world.addresses(before.value_or(0));
    stage.expect(addresses.size() == 1 && addresses[0].address == other.identity.link_local,
                 "only the new address");
    return stage.verdict;
}

Verdict sweep_takes_only_ours(Bench bench) {
    Stage stage(bench);
    stage.expect(stage.world.add_interface("other0", "ifb", 7) == 0, "other0 can be made");
    stage.apply(kAlice, moved_here(1));
    stage.apply(kBob, over_dlif(2, 1));
    stage.apply(kAlice, {});
    stage.expect(stage.driver.next_deadline() == stage.now + std::chrono::seconds(1), "a deadline");
    stage.driver.on_deadline(stage.now);
    stage.expect(stage.link_of(make_dlif(1, 2)).has_value(), "not before its time");
    stage.sweep();
    stage.expect(!stage.link_of(make_dlif(1, 2)), "the peer's DLIF is gone");
    stage.expect(stage.seg6() || stage.world.link(tunnel_name(kTunnel)), "the tunnel stays");
    stage.expect(stage.link_of(make_dlif(2, 1)).has_value(), "bob's DLIF stays");
    stage.expect(stage.way_to(make_prefix(2, 1)) != 0, "bob's way stays");
    for (const char* name : {"lan0", "core0", "other0"}) {
        const auto link = stage.world.link(name);
        stage.expect(link && link->up && link->alias.empty(), std::string(name) + " untouched");
    }
    stage.expect(!stage.driver.next_deadline(), "no deadline");
    stage.apply(kAlice, moved_here(1));
    stage.expect(stage.way_to(make_prefix(1, 2)) != 0, "made again");
    return stage.verdict;
}

Verdict access_link_may_change(Bench bench) {
    Stage stage(bench);
    stage.expect(stage.world.add_interface("lan1", "veth") == 0, "lan1 can be made");
    stage.apply(kAlice, over_dlif(1, 1));
    Dlif moved = make_dlif(1, 1, "lan1");
    stage.apply(kAlice,
                {.dlifs = {moved}, .down = {{.to = make_prefix(1, 1), .via = moved}}, .up = {}});
    const auto link = stage.link_of(moved);
    const auto lan1 = stage.world.link("lan1");
    stage.expect(link && lan1 && link->lower == lan1->index, "over lan1");
    const std::uint32_t towards = stage.dlif_index(1, "lan1");
    stage.expect(towards != 0 && stage.way_to(make_prefix(1, 1)) == towards, "the way");
    stage.expect(stage.world.neighbours(towards).size() == 1, "the neighbour");
    stage.expect(!stage.driver.index_of(make_dlif(1, 1)), "no longer over lan0");
    return stage.verdict;
}

Verdict vanished_link_is_made_anew(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, over_dlif(1, 1));
    stage.expect(stage.world.delete_interface("lan0") == 0, "lan0 can be deleted");
    stage.expect(stage.world.add_interface("lan0", "veth") == 0, "lan0 can be made");
    SessionForwarding more = over_dlif(1, 1);
    more.down.insert({.to = make_prefix(9, 1), .via = make_dlif(1, 1)});
    stage.driver.want(kAlice, Revision{2}, more);
    const auto error = stage.flush();
    stage.expect(error && error->code == ENODEV, "the loss is noticed");
    stage.apply(kAlice, more);
    const std::uint32_t towards = stage.dlif_index();
    stage.expect(towards != 0 && stage.way_to(make_prefix(1, 1)) == towards, "the way is back");
    stage.expect(stage.way_to(make_prefix(9, 1)) == towards, "and the new one");
    return stage.verdict;
}

Verdict leftovers_are_swept(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, moved_here(1));
    stage.apply(kBob, over_dlif(2, 1));
    stage.apply(kBob, {});
    const auto core = stage.world.link("core0");
    const RouteRecord foreign{.table = kMainTable,
                              .to = make_prefix(8, 8),
                              .from = {},
                              .via = {},
                              .interface = core->index,
                              .protocol = RTPROT_STATIC};
    stage.expect(stage.world.add_route(foreign) == 0, "a route of others can be made");
    Driver next(stage.forms, bench.transport);
    stage.expect_done(next.start());
    stage.expect(stage.world.our_routes().empty(), "no routes");
    stage.expect(stage.world.our_links() == 0, "no links");
    stage.expect(stage.world.our_rules().size() == (stage.rules() ? 0 : 1), "the rule for all");
    stage.expect(stage.way_to(make_prefix(8, 8)) == core->index, "the other route stays");
    next.want(kAlice, Revision{1}, moved_here(1));
    const auto outcomes = next.flush(stage.now);
    stage.expect(outcomes.size() == 1 && !outcomes[0].error, "works");
    return stage.verdict;
}

Verdict what_is_wished_for_is_adopted(Bench bench) {
    RouteRecorder recorder(bench.transport);
    Stage stage({.transport = recorder,
                 .real_tunnels = bench.real_tunnels,
                 .encap = bench.encap,
                 .uplinks = bench.uplinks});
    stage.apply(kAlice, moved_here(1));
    stage.apply(kBob, over_dlif(2, 1));
    stage.apply(kCarol, over_dlif(3, 1));
    const auto index = stage.driver.index_of(make_dlif(1, 1));
    Driver next(stage.forms, recorder);
    stage.expect_done(next.start(Inheritance::Take));
    recorder.seen.clear();
    const std::uint32_t towards = stage.dlif_index();
    stage.expect(towards != 0 && stage.way_to(make_prefix(1, 1)) == towards, "all stands");
    // Bob has moved on; Carol is gone.
    next.want(kAlice, Revision{1}, moved_here(1));
    next.want(kBob, Revision{2}, over_tunnel(2, 1));
    const auto outcomes = next.flush(stage.now);
    stage.expect(outcomes.size() == 2 && !outcomes[0].error && !outcomes[1].error, "done");
    if (bench.real_tunnels || stage.seg6()) {
        stage.expect(recorder.seen.size() == 1, "only bob's route is changed");
    }
    stage.expect(next.index_of(make_dlif(1, 1)) == index, "the interface is the same");
    stage.expect(stage.way_to(make_prefix(1, 1)) == towards, "so is the way");
    next.on_deadline(stage.now);
    stage.expect(stage.way_to(make_prefix(3, 1)) == 0, "no way to carol");
    stage.expect(stage.way_to(make_prefix(1, 1)) == towards, "alice's stays");
    stage.expect(stage.world.neighbours(towards).size() == 1, "no neighbour but alice");
    next.on_deadline(stage.now + std::chrono::seconds(10));
    stage.expect(stage.world.our_links() == (stage.seg6() ? 2 : 3), "two DLIFs and the tunnel");
    stage.expect(stage.world.our_rules().size() == 1, "one rule");
    stage.expect(next.stop().empty() && stage.world.our_links() == 0, "all of it is ours");
    return stage.verdict;
}

Verdict stop_leaves_nothing(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, moved_here(1));
    stage.apply(kBob, over_dlif(2, 1));
    stage.apply(kBob, over_tunnel(2, 1));
    const auto errors = stage.driver.stop();
    stage.expect(errors.empty(), errors.empty() ? std::string() : Stage::text(errors[0]));
    stage.expect(stage.world.our_routes().empty(), "no routes");
    stage.expect(stage.world.our_rules().empty(), "no rules");
    stage.expect(stage.world.our_links() == 0, "no links");
    stage.expect(stage.world.link("lan0").has_value(), "lan0 stays");
    stage.expect(stage.driver.desired().empty(), "no wishes");
    stage.expect_done(stage.driver.start());
    return stage.verdict;
}

Verdict taken_mac_is_reported(Bench bench) {
    Stage stage(bench);
    Dlif dlif = make_dlif(1, 1);
    dlif.identity.mac = stage.world.link("lan0")->mac.value();
    stage.driver.want(kAlice, Revision{1}, {.dlifs = {dlif}, .down = {}, .up = {}});
    stage.driver.want(kBob, Revision{1}, over_dlif(2, 1));
    std::optional<KernelError> alice;
    bool bob = false;
    for (const Outcome& outcome : stage.driver.flush(stage.now)) {
        if (outcome.mn == kAlice) alice = outcome.error;
        if (outcome.mn == kBob) bob = !outcome.error;
    }
    stage.expect(alice && alice->code == EADDRINUSE, "EADDRINUSE for alice");
    stage.expect(alice && alice->operation ==
                              "ip link set dev " + dlif_name("lan0", dlif.identity.mac) + " up",
                 "with the operation");
    stage.expect(bob && stage.way_to(make_prefix(2, 1)) != 0, "bob is served");
    return stage.verdict;
}

Verdict refusal_spares_the_others(Bench bench) {
    Stage stage(bench);
    const RouteRecord foreign{.table = kMainTable,
                              .to = make_prefix(3, 1),
                              .from = {},
                              .via = {},
                              .interface = stage.world.link("core0")->index,
                              .protocol = RTPROT_STATIC};
    stage.expect(stage.world.add_route(foreign) == 0, "a route of others can be made");
    const Dlif nowhere = make_dlif(2, 1, "lan9");
    stage.driver.want(kAlice, Revision{1}, over_dlif(1, 1));
    stage.driver.want(
        kBob,
        Revision{2},
        {.dlifs = {nowhere}, .down = {{.to = make_prefix(2, 1), .via = nowhere}}, .up = {}});
    stage.driver.want(kCarol, Revision{3}, over_dlif(3, 1));
    const auto outcomes = stage.driver.flush(stage.now);
    stage.expect(outcomes.size() == 3, "three answers");
    if (outcomes.size() != 3) return stage.verdict;
    stage.expect(!outcomes[0].error && stage.way_to(make_prefix(1, 1)) != 0, "alice is served");
    stage.expect(outcomes[1].error && outcomes[1].error->text == "no interface \"lan9\"", "bob");
    stage.expect(outcomes[1].revision == Revision{2}, "bob's revision");
    stage.expect(outcomes[2].error && outcomes[2].error->code == EEXIST, "carol");
    stage.expect(stage.way_to(make_prefix(3, 1)) == foreign.interface, "the other route stays");
    return stage.verdict;
}

Verdict foreign_table_is_respected(Bench bench) {
    if (bench.uplinks == Uplinks::Rules)
        return {Verdict::Kind::Skip, "rules leave the table alone"};
    Stage stage(bench, /*start=*/false);
    const RouteRecord foreign{.table = 8885,
                              .to = {},
                              .from = {},
                              .via = {},
                              .interface = stage.world.link("core0")->index,
                              .protocol = RTPROT_STATIC};
    stage.expect(stage.world.add_route(foreign) == 0, "a route of others can be made");
    const auto started = stage.driver.start();
    stage.expect(!started && started.error().code == EEXIST, "an error");
    stage.expect(stage.world.our_rules().empty() && stage.world.our_links() == 0, "no change");
    return stage.verdict;
}

Verdict foreign_priority_is_respected(Bench bench) {
    Stage stage(bench, /*start=*/false);
    stage.expect(stage.world.add_rule({.priority = 8885, .table = 100, .protocol = 4}) == 0,
                 "a rule of others can be made");
    const auto started = stage.driver.start();
    stage.expect(!started && started.error().code == EEXIST, "an error");
    stage.expect(stage.world.our_rules().empty() && stage.world.our_links() == 0, "no change");
    return stage.verdict;
}

Verdict foreign_name_is_respected(Bench bench) {
    Stage stage(bench);
    const std::string name = dlif_name("lan0", make_dlif(1, 1).identity.mac);
    stage.expect(stage.world.add_interface(name) == 0, "it can be made");
    const auto before = stage.world.link(name);
    stage.driver.want(kAlice, Revision{1}, over_dlif(1, 1));
    const auto error = stage.flush();
    stage.expect(error && error->code == EEXIST, "EEXIST");
    stage.expect(stage.driver.stop().empty(), "stops");
    const auto after = stage.world.link(name);
    stage.expect(before && after && before->index == after->index, "the same interface");
    stage.expect(after && after->alias.empty() && after->group == 0, "not marked");
    return stage.verdict;
}

}  // namespace dmm::kernel
