#include "tests/kernel/repair_cases.h"

#include <algorithm>

#include "lib/kernel/observation.h"

namespace dmm::kernel {
namespace {

constexpr Duration kSoon = std::chrono::milliseconds(100);

// A stage whose driver hears what happens.
struct Watched {
    explicit Watched(const Bench& of) : Watched(of, settings_of(of)) {}

    Watched(const Bench& of, DriverSettings with)
        : bench(of), settings(std::move(with)), stage(bench, settings) {
        stage.driver.watch(stage.now);
        (void)bench.hear();
    }

    // What is there of ours, as a look at everything finds it.
    [[nodiscard]] KernelState observed() {
        auto seen = observe(stage.world.channel(), settings);
        stage.expect(seen.has_value(), "everything can be looked at");
        return seen ? std::move(seen->state) : KernelState{};
    }

    // Lets the driver hear, and do what is then due within `patience`.
    std::vector<Repair> settle(Duration patience = kSoon) {
        stage.driver.notice(bench.hear(), stage.now);
        const SteadyTime end = stage.now + patience;
        for (int i = 0; i < 100; ++i) {
            const auto due = stage.driver.next_deadline();
            if (!due || *due > end) break;
            stage.now = std::max(stage.now, *due);
            stage.driver.on_deadline(stage.now);
            stage.driver.notice(bench.hear(), stage.now);
        }
        stage.now = end;
        return stage.driver.take_repairs();
    }

    // Long enough for what is repaired again to be repaired at once.
    void rest() {
        stage.now = stage.now + std::chrono::minutes(6);
        (void)settle();
    }

    static std::size_t count(const std::vector<Repair>& repairs, Repair::Kind kind) {
        return static_cast<std::size_t>(
            std::ranges::count(repairs, kind, [](const Repair& r) { return r.kind; }));
    }

    Bench bench;
    DriverSettings settings;
    Stage stage;
};

bool has_uplinks(const Bench& bench) {
    return bench.real_tunnels || bench.encap == Encap::Seg6;
}

SessionForwarding session(const Bench& bench) {
    return has_uplinks(bench) ? moved_here(1) : over_dlif(1, 1);
}

}  // namespace

Verdict each_object_is_restored(Bench bench) {
    Watched it(bench);
    it.stage.apply(kAlice, session(bench));
    (void)it.settle();
    const KernelState before = it.observed();
    std::set<std::string_view> kinds;
    for (const auto& [identity, object] : before) {
        const std::string what(to_text(object));
        kinds.insert(kind_of(object));
        it.stage.expect(it.stage.world.remove(object) == 0, "can be removed: " + what);
        it.stage.expect(it.observed() != before, "is then missing: " + what);
        const auto repairs = it.settle(kSoon);
        it.stage.expect(Watched::count(repairs, Repair::Kind::Restored) == 1 && repairs.size() == 1,
                        "is told once: " + what);
        it.stage.expect(it.observed() == before, "is restored: " + what);
        it.rest();
    }
    std::set<std::string_view> all{"dlif", "address", "neighbour", "route"};
    if (has_uplinks(bench) && bench.encap == Encap::Ip6Ip6) all.insert("tunnel");
    if (has_uplinks(bench) || bench.uplinks == Uplinks::Routes) all.insert("rule");
    it.stage.expect(kinds == all, "every kind was removed once");
    return it.stage.verdict;
}

Verdict raised_again(Bench bench) {
    Watched it(bench);
    it.stage.apply(kAlice, session(bench));
    (void)it.settle();
    const KernelState before = it.observed();
    const std::string name = dlif_name("lan0", make_dlif(1, 1).identity.mac);
    it.stage.expect(it.stage.world.set_interface(name, false) == 0, "can be set down");
    it.stage.expect(it.stage.way_to(make_prefix(1, 1)) == 0, "the way is cut");
    const auto repairs = it.settle();
    it.stage.expect(Watched::count(repairs, Repair::Kind::Restored) == 1, "told once");
    it.stage.expect(it.observed() == before, "all as before");
    it.stage.expect(it.stage.way_to(make_prefix(1, 1)) == it.stage.dlif_index(), "the way too");
    return it.stage.verdict;
}

Verdict access_interface_comes_back(Bench bench) {
    Watched it(bench);
    it.stage.apply(kAlice, session(bench));
    it.stage.apply(kBob, over_dlif(2, 1));
    (void)it.settle();
    const KernelState before = it.observed();
    it.stage.expect(it.stage.world.delete_interface("lan0") == 0, "lan0 can be removed");
    auto repairs = it.settle();
    it.stage.expect(Watched::count(repairs, Repair::Kind::Failed) == 1, "missing: told once");
    it.stage.expect(it.stage.driver.counters().missing > 0, "and counted");
    repairs = it.settle(std::chrono::seconds(30));
    it.stage.expect(repairs.empty(), "and not again");
    it.stage.expect(it.stage.world.add_interface("lan0", "veth") == 0, "it comes back");
    repairs = it.settle();
    it.stage.expect(Watched::count(repairs, Repair::Kind::Restored) == 1, "restored: told once");
    it.stage.expect(it.observed() == before, "all as before");
    it.stage.expect(it.stage.driver.counters().missing == 0, "nothing is missing");
    return it.stage.verdict;
}

Verdict core_interface_comes_back(Bench bench) {
    if (!has_uplinks(bench)) return {Verdict::Kind::Skip, "needs ip6_tunnel"};
    DriverSettings settings = settings_of(bench);
    settings.core_interface = "core0";
    Watched it(bench, settings);
    it.stage.apply(kAlice, moved_here(1));
    (void)it.settle();
    const KernelState before = it.observed();
    it.stage.expect(it.stage.world.delete_interface("core0") == 0, "core0 can be removed");
    auto repairs = it.settle();
    it.stage.expect(Watched::count(repairs, Repair::Kind::Failed) == 1, "missing: told once");
    it.stage.expect(it.stage.world.add_interface("core0") == 0, "it comes back");
    repairs = it.settle();
    it.stage.expect(Watched::count(repairs, Repair::Kind::Restored) == 1, "restored: told once");
    it.stage.expect(it.observed() == before, "all as before");
    if (bench.encap == Encap::Seg6) return it.stage.verdict;
    const auto tunnel = it.stage.world.link(tunnel_name({.local = kLocal, .remote = kPeer}));
    const auto core = it.stage.world.link("core0");
    it.stage.expect(tunnel && core && tunnel->lower == core->index, "the tunnel leaves by it");
    return it.stage.verdict;
}

Verdict overrun_leads_to_a_look(Bench bench) {
    Watched it(bench);
    it.stage.apply(kAlice, session(bench));
    (void)it.settle();
    const KernelState before = it.observed();
    for (const auto& [identity, object] : before) {
        const bool taken = std::holds_alternative<Route>(object) ||
                           std::holds_alternative<Rule>(object) ||
                           std::holds_alternative<Neighbour>(object);
        if (taken) it.stage.expect(it.stage.world.remove(object) == 0, to_text(object));
    }
    (void)bench.hear();  // which nobody is told
    it.stage.driver.notice({.notifications = {}, .overrun = true}, it.stage.now);
    const auto repairs = it.settle(std::chrono::milliseconds(1200));
    it.stage.expect(Watched::count(repairs, Repair::Kind::Restored) == 1, "restored: told once");
    it.stage.expect(it.observed() == before, "all as before");
    return it.stage.verdict;
}

Verdict foreign_objects_are_reported(Bench bench) {
    Watched it(bench);
    it.stage.apply(kAlice, session(bench));
    (void)it.settle();
    const auto core = it.stage.world.link("core0");
    const RouteRecord route{.table = it.settings.table,
                            .to = make_prefix(9, 9),
                            .from = {},
                            .via = {},
                            .interface = core ? core->index : 0,
                            .protocol = RTPROT_STATIC};
    const RuleRecord rule{
        .priority = it.settings.rule_priority, .table = kMainTable, .protocol = RTPROT_STATIC};
    it.stage.expect(it.stage.world.add_route(route) == 0, "a route of others in our table");
    it.stage.expect(it.stage.world.add_rule(rule) == 0, "a rule of others at our priority");
    auto repairs = it.settle(std::chrono::seconds(3));
    it.stage.expect(Watched::count(repairs, Repair::Kind::Intrusion) == 2, "both are told");
    it.stage.expect(repairs.size() == 2, "and nothing else");
    const auto routes = it.stage.world.channel().routes(it.settings.table, RTPROT_STATIC);
    it.stage.expect(routes && routes->size() == 1, "the route stays");
    const auto rules = it.stage.world.channel().rules();
    it.stage.expect(rules && std::ranges::any_of(*rules,
                                                 [&](const RuleRecord& there) {
                                                     return there.priority == rule.priority &&
                                                            there.table == kMainTable;
                                                 }),
                    "the rule stays");
    return it.stage.verdict;
}

Verdict own_changes_are_no_disturbance(Bench bench) {
    bench.hear = bench.hear_others;
    Watched it(bench);
    for (int round = 0; round < 3; ++round) {
        it.stage.apply(kAlice, session(bench));
        it.stage.apply(kBob, over_dlif(2, 1));
        it.stage.apply(kAlice, over_dlif(1, 1));
        it.stage.apply(kBob, {});
        it.stage.sweep();
        it.stage.apply(kBob, over_dlif(2, 1));
        it.stage.apply(kAlice, {});
        it.stage.apply(kAlice, session(bench));
        for (const Repair& repair : it.settle(std::chrono::minutes(3)))
            it.stage.expect(false, "this is not told: " + repair.object);
    }
    it.stage.expect(it.stage.driver.counters().restored == 0, "nothing was restored");
    return it.stage.verdict;
}

}  // namespace dmm::kernel
