// kernel-contract: the contract suite on the running kernel. Every case gets a new network
// namespace, so that nothing outside is touched and nothing is left. Needs CAP_SYS_ADMIN.
//
//   kernel-contract          the suite; ends with "N passed, N failed, N skipped"
//   kernel-contract --bench  what a session costs, beside `ip -batch` doing the same
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <unistd.h>

#include <sched.h>

#include "lib/kernel/dry_run.h"
#include "lib/kernel/monitor.h"
#include "lib/kernel/netlink_socket.h"
#include "lib/kernel/reconcile.h"
#include "tests/kernel/access_bench.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/filter_cases.h"
#include "tests/kernel/repair_cases.h"
#include "tests/kernel/stand_in.h"

namespace dmm::kernel {
namespace {

// A new network namespace for this thread, and a socket in it. Exits where that is refused.
std::unique_ptr<NetlinkSocket> new_namespace() {
    if (unshare(CLONE_NEWNET) != 0) {
        const int code = errno;
        std::cerr << "kernel-contract: a network namespace of its own: "
                  << std::system_category().message(code) << "; run it as root\n";
        std::exit(1);
    }
    auto socket = NetlinkSocket::open();
    if (!socket) {
        std::cerr << "kernel-contract: " << socket.error().operation << ": " << socket.error().text
                  << '\n';
        std::exit(1);
    }
    return *std::move(socket);
}

bool kernel_has_tunnels() {
    const auto socket = new_namespace();
    return World(*socket).add_interface("probe0", "ip6tnl") != EOPNOTSUPP;
}

// Looks the way to `prefix` up again and again while `act` runs; the number of gaps. A single
// failure is none: a look-up that has found a route just when it is replaced gets nothing from
// the kernel (6.1, seen under emulation), and the next one gets the new route.
std::size_t gaps_during(const Prefix& prefix, std::uint32_t in, const std::function<void()>& act) {
    std::atomic<bool> stop = false;
    std::atomic<std::size_t> gaps = 0;
    std::atomic<std::size_t> lookups = 0;
    std::thread watcher([&] {
        const auto socket = NetlinkSocket::open();
        if (!socket) return;
        World world(**socket);
        while (!stop) {
            const bool lost = !world.lookup(host_in(prefix), kFarAway, in);
            if (lost && !world.lookup(host_in(prefix), kFarAway, in)) ++gaps;
            ++lookups;
        }
    });
    while (lookups == 0)
        std::this_thread::yield();
    act();
    stop = true;
    watcher.join();
    return gaps;
}

Verdict no_gap_under_load(Bench bench) {
    Stage stage(bench);
    stage.apply(kAlice, over_dlif(1, 1));
    const auto core = stage.world.link("core0");
    const std::size_t gaps = gaps_during(make_prefix(1, 1), core->index, [&] {
        for (int i = 0; i < 50; ++i) {
            stage.apply(kAlice, over_tunnel(1, 1));
            stage.apply(kAlice, over_dlif(1, 1));
        }
    });
    stage.expect(gaps == 0, std::to_string(gaps) + " gaps: none");
    return stage.verdict;
}

Verdict dry_run_can_be_pasted(Bench bench) {
    if (run_shell("ip -V\n") != 0) return {Verdict::Kind::Skip, "no ip command"};
    std::ostringstream printed;
    DryRunTransport dry(printed);
    Driver rehearsal({.local = kLocal, .core_interface = {}}, dry);
    const SessionForwarding wish = bench.real_tunnels ? moved_here(1) : over_dlif(1, 1);
    bool fine = rehearsal.start().has_value();
    // What comes before is the probe of a tunnel, which not every kernel can repeat.
    if (!bench.real_tunnels) printed.str("");
    rehearsal.want(kAlice, Revision{1}, wish);
    for (const Outcome& outcome : rehearsal.flush({}))
        fine = fine && !outcome.error;

    Stage stage(bench, /*start=*/false);
    stage.expect(fine, "the rehearsal agrees");
    stage.expect(run_shell(printed.str()) == 0, "every line is accepted");
    const Dlif dlif = make_dlif(1, 1);
    const auto link = stage.link_of(dlif);
    if (!link) return {Verdict::Kind::Fail, "no DLIF"};
    stage.expect(link->up, "up");
    stage.expect(link->alias == kLinkAlias && link->group == kLiveGroup, "marked");
    const std::uint32_t towards = stage.dlif_index();
    stage.expect(towards != 0 && stage.way_to(make_prefix(1, 1)) == towards, "forwards");
    stage.expect(stage.world.neighbours(towards).size() == 1, "one neighbour");
    if (bench.real_tunnels) {
        const auto up = stage.world.lookup(kFarAway, host_in(make_prefix(1, 2)), link->index);
        const auto tunnel = stage.world.link(tunnel_name({.local = kLocal, .remote = kPeer}));
        stage.expect(up && tunnel && up->interface == tunnel->index, "the uplink");
    }
    return stage.verdict;
}

Verdict many_nodes_at_once(Bench bench) {
    Stage stage(bench);
    constexpr std::uint8_t kNodes = 100;  // 700 operations: several batches
    for (std::uint8_t node = 1; node <= kNodes; ++node) {
        stage.driver.want(MnId::nai("n" + std::to_string(node)), Revision{1}, over_dlif(node, 1));
    }
    std::size_t applied = 0;
    for (const Outcome& outcome : stage.driver.flush(stage.now)) {
        if (!outcome.error) ++applied;
    }
    stage.expect(applied == kNodes, "all applied");
    stage.expect(stage.world.our_routes().size() == kNodes, "all routed");
    stage.expect(stage.driver.stop().empty() && stage.world.our_links() == 0, "all removed");
    return stage.verdict;
}

struct Tally {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
};

void run_case(const Case& each, Bench form, Tally& tally) {
    const auto socket = new_namespace();
    StandInTunnels stand_in(*socket);
    Transport& transport = form.real_tunnels ? static_cast<Transport&>(*socket) : stand_in;
    const auto all = Monitor::open(/*own_port=*/0);
    const auto others = Monitor::open(socket->port());
    const Verdict verdict = all && others
                                ? each.run({.transport = transport,
                                            .real_tunnels = form.real_tunnels,
                                            .encap = form.encap,
                                            .uplinks = form.uplinks,
                                            .hear = [&] { return (*all)->read(); },
                                            .hear_others = [&] { return (*others)->read(); }})
                                : Verdict{Verdict::Kind::Fail, "no monitor can be opened"};
    std::string name = each.name;
    if (form.encap != Encap::Ip6Ip6) name += ", seg6";
    if (form.uplinks != Uplinks::Routes) name += ", rules";
    switch (verdict.kind) {
        case Verdict::Kind::Pass:
            ++tally.passed;
            std::cout << "PASS " << name << '\n';
            break;
        case Verdict::Kind::Fail:
            ++tally.failed;
            std::cout << "FAIL " << name << ": " << verdict.reason << '\n';
            break;
        case Verdict::Kind::Skip:
            ++tally.skipped;
            std::cout << "SKIP " << name << ": " << verdict.reason << '\n';
            break;
    }
}

int run_suite(bool real_tunnels) {
    std::vector<Case> cases(kContract.begin(), kContract.end());
    cases.push_back({"look-ups go on while a route moves to and fro", no_gap_under_load});
    cases.push_back({"the dry run can be pasted", dry_run_can_be_pasted});
    cases.push_back({"many nodes at once", many_nodes_at_once});
    cases.insert(cases.end(), kRepairCases.begin(), kRepairCases.end());
    cases.insert(cases.end(), kFilterCases.begin(), kFilterCases.end());
    const auto socket = new_namespace();
    Bench form{.transport = *socket, .real_tunnels = real_tunnels};
    Tally tally;
    for (const Case& each : cases)
        run_case(each, form, tally);
    // The fallbacks: what concerns the filter alone need not be repeated.
    for (const Encap encap : {Encap::Ip6Ip6, Encap::Seg6}) {
        for (const Uplinks uplinks : {Uplinks::Routes, Uplinks::Rules}) {
            if (encap == Encap::Ip6Ip6 && uplinks == Uplinks::Routes) continue;
            form.encap = encap;
            form.uplinks = uplinks;
            for (const Case& each : kContract)
                run_case(each, form, tally);
            for (const Case& each : kRepairCases)
                run_case(each, form, tally);
        }
    }
    if (!real_tunnels) std::cout << "tunnels: ifb devices stood in for ip6tnl\n";
    std::cout << tally.passed << " passed, " << tally.failed << " failed, " << tally.skipped
              << " skipped\n";
    return tally.failed == 0 ? 0 : 1;
}

using Clock = std::chrono::steady_clock;

long microseconds_since(Clock::time_point start) {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
}

long median(std::vector<long> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

SessionForwarding session_of(std::uint8_t node, std::uint8_t dlifs) {
    SessionForwarding out;
    for (std::uint8_t anchor = 1; anchor <= dlifs; ++anchor) {
        const SessionForwarding one = over_dlif(node, anchor);
        out.dlifs.insert(one.dlifs.begin(), one.dlifs.end());
        out.down.insert(one.down.begin(), one.down.end());
    }
    return out;
}

// The same operations as lines for `ip -6 -batch`.
std::string batch_of(const SessionForwarding& session) {
    const Plan plan = reconcile(realize(session, {}), {});
    std::string lines;
    for (const auto* operations : {&plan.at_once, &plan.links, &plan.rest, &plan.removals}) {
        for (const Operation& operation : *operations) {
            std::string line = to_text(operation).substr(3);
            if (line.starts_with("-6 ")) line.erase(0, 3);
            lines += line + '\n';
        }
    }
    return lines;
}

long time_driver(std::uint8_t dlifs, std::uint8_t rounds) {
    const auto socket = new_namespace();
    StandInTunnels transport(*socket);
    Stage stage({.transport = transport, .real_tunnels = false});
    std::vector<long> times;
    for (std::uint8_t node = 1; node <= rounds; ++node) {
        const auto start = Clock::now();
        stage.apply(MnId::nai(std::to_string(node)), session_of(node, dlifs));
        times.push_back(microseconds_since(start));
    }
    if (stage.verdict.kind != Verdict::Kind::Pass) std::cout << stage.verdict.reason << '\n';
    return median(times);
}

// One `ip` per `step` nodes; the time per node.
long time_ip(std::uint8_t dlifs, std::uint8_t rounds, std::uint8_t step) {
    const auto socket = new_namespace();
    World world(*socket);
    if (world.add_interface("lan0", "veth") != 0) return 0;
    const std::string file = "/tmp/kernel-contract." + std::to_string(getpid());
    const std::string command = "ip -6 -batch " + file;
    std::vector<long> times;
    for (std::uint8_t node = 1; node <= rounds; node = static_cast<std::uint8_t>(node + step)) {
        std::ofstream lines(file);
        for (std::uint8_t i = 0; i < step; ++i) {
            lines << batch_of(session_of(static_cast<std::uint8_t>(node + i), dlifs));
        }
        lines.close();
        const auto start = Clock::now();
        if (std::system(command.c_str()) != 0) return 0;  // NOLINT(cert-env33-c)
        times.push_back(microseconds_since(start) / step);
    }
    (void)std::remove(file.c_str());
    return median(times);
}

int run_bench() {
    constexpr std::uint8_t kRounds = 60;
    for (const std::uint8_t dlifs : {std::uint8_t{1}, std::uint8_t{3}}) {
        const long driver = time_driver(dlifs, kRounds);
        const long alone = time_ip(dlifs, kRounds, 1);
        const long together = time_ip(dlifs, kRounds, kRounds);
        const auto times = [&](long other) {
            return std::to_string(other) + " us (" +
                   std::to_string(other * 100 / std::max(driver, 1L)) + " % of it)";
        };
        std::cout << int{dlifs} << " DLIF: " << driver << " us; ip -batch per node " << times(alone)
                  << "; ip -batch of all, per node " << times(together) << '\n';
    }
    const auto socket = new_namespace();
    std::cout << time_filter() << '\n';
    return 0;
}

}  // namespace
}  // namespace dmm::kernel

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--bench") return dmm::kernel::run_bench();
    return dmm::kernel::run_suite(dmm::kernel::kernel_has_tunnels());
}
