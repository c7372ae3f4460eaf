// What a node that moves costs its new MAAR: from its Router Solicitation until every route is in
// the kernel, as the kernel itself tells. The agent is dmmd's, the CMD is a dmmd on the other
// processor, the nodes' former MAARs are ours. The floor is a bare round trip of signalling right
// before, by processes as rested as these, and what the kernel took for the very same requests.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <malloc.h>

#include "tests/bench/daemon.h"
#include "tests/bench/maar_process.h"
#include "tests/bench/newcomer.h"
#include "tests/bench/nodes.h"
#include "tests/bench/previous_maars.h"
#include "tests/bench/round_trip.h"
#include "tests/bench/sections.h"
#include "tests/bench/stage.h"
#include "tests/kernel/route_watch.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr int kRounds = 21;
// Each round leaves a node behind, and few are to be few.
constexpr int kFewRounds = 11;
constexpr std::chrono::seconds kPatience{60};
constexpr std::array<std::uint64_t, 3> kPreviousMaars{1, 2, 8};
constexpr std::uint64_t kFew = 10;
constexpr std::uint64_t kMany = 1'000;
constexpr std::uint64_t kMost = 10'000;
// Attached by the dozen, as an access link that comes back does it.
constexpr std::uint64_t kAtOnce = 50;
// Nothing happens for so long before what is measured.
constexpr std::chrono::milliseconds kQuiet{5};

// The measured MAAR and its predecessors, each with a wire to the CMD.
struct Core {
    Core() {
        connect(previous, "core0", cmd, "core0");
        connect(maar, "core0", cmd, "maar0");
        const std::string own = to_text(Domain::maar_address(1));
        const auto address = [](const Ip6Address& one, const std::string& interface = "core0") {
            return "ip -6 addr add " + to_text(one) + "/128 dev " + interface + " nodad\n";
        };
        std::string lines;
        for (std::uint64_t n = 2; n <= 1 + PreviousMaars::kMost; ++n)
            lines += address(Domain::maar_address(n));
        run_in(previous, lines + "ip -6 route add 2001:db8:ffff::/64 dev core0\n");
        run_in(maar,
               address(Domain::maar_address(1)) +
                   "ip -6 route add 2001:db8:ffff::/64 dev core0\n"
                   "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
                   "ip link add lan0 type veth peer name node0\n"
                   "ip link set lan0 up\n"
                   "ip link set node0 up\n");
        // On both wires: neighbours are answered only where the address is.
        run_in(cmd,
               address(Domain::cmd_address()) + address(Domain::cmd_address(), "maar0") +
                   "ip -6 route add 2001:db8::/32 dev core0\n"
                   "ip -6 route add " +
                   own + "/128 dev maar0\n");
    }

    NetworkNamespace previous;
    NetworkNamespace cmd;
    NetworkNamespace maar;
};

struct Handovers {
    double took = 0;  // microseconds
    double floor = 0;
};

class HandoverBench {
public:
    HandoverBench(Table& table, const Programs& programs)
        : table_(table),
          programs_(programs),
          // Who asks sleeps while a handover is under way.
          cmd_(core_.cmd, programs, kAsking),
          maar_(core_.maar, programs.folder) {
        core_.maar.enter();
        routes_.emplace();
        newcomers_.emplace("node0");
        core_.previous.enter();
        previous_.emplace();
        stay_on_processor(kAsking);
    }

    HandoverBench(const HandoverBench&) = delete;
    HandoverBench& operator=(const HandoverBench&) = delete;

    ~HandoverBench() { run_in(core_.maar, "ip link del lan0\n"); }

    void run() {
        attach(kFew);
        // Once each, so that tunnels are there and so is the program.
        (void)measure(PreviousMaars::kMost, 1);
        round_trips_.clear();
        // Before any node of the rows that follow is there.
        std::vector<Handovers> results{measure(1, kFewRounds)};
        add_size(kFew, results.back());
        for (const std::uint64_t count : kPreviousMaars) {
            const Handovers result = measure(count, kRounds);
            add("attachment to last route, " + std::to_string(count) + " P-MAARs", result);
        }
        const double resident = maar_.process().status_of("VmRSS");
        const std::uint64_t before = attached_;
        for (const std::uint64_t nodes : {kMany, kMost}) {
            attach(nodes);
            results.push_back(measure(1, kRounds));
            add_size(nodes, results.back());
        }
        table_.add({.name = "of the floors: a round trip of signalling",
                    .value = median(round_trips_),
                    .unit = "us",
                    .floor = {},
                    .goal = {},
                    .note = {}});
        const double grown = maar_.process().status_of("VmRSS") - resident;
        const Handovers& few = results.front();
        const Handovers& many = results.back();
        const std::string size = std::to_string(kMost) + " nodes";
        add_flat("handover, " + size + " attached beside 10", many.took, few.took);
        add_flat("the floor of it: the kernel's part", many.floor, few.floor);
        table_.add({.name = "MAAR resident per node, " + size,
                    .value = grown * 1024 / static_cast<double>(attached_ - before),
                    .unit = "octets",
                    .floor = {},
                    .goal = {},
                    .note = {}});
    }

private:
    void attach(std::uint64_t nodes) {
        routes_->forget();
        while (attached_ < nodes) {
            std::uint64_t some = 0;
            for (; some < kAtOnce && attached_ < nodes; ++some)
                maar_.attach(LinkLayerAddress(mac_of(attached_++)));
            await_routes(some);
            maar_.await_answers(some);
        }
        previous_->settle(std::chrono::milliseconds(50));
    }

    void await_routes(std::size_t count) {
        if (routes_->await(count, kPatience)) return;
        (void)std::fprintf(stderr, "bench: the MAAR does not get its routes done\n");
        std::exit(1);
    }

    Handovers measure(std::uint64_t previous, int rounds) {
        std::vector<double> took;
        std::vector<double> ratios;
        for (int round = 0; round < rounds; ++round) {
            const std::uint64_t node = next_mover_++;
            previous_->visit(node, previous);
            previous_->settle(kQuiet);
            const Microseconds round_trip = round_trip_.take();
            previous_->settle(kQuiet);
            routes_->forget();
            (void)maar_.take_kernel_time();
            const auto began = Clock::now();
            newcomers_->solicit(LinkLayerAddress(mac_of(node)));
            await_routes(1 + 2 * previous);
            const Microseconds all = Clock::now() - began;
            previous_->settle(kQuiet);
            const Microseconds floor = round_trip + maar_.take_kernel_time();
            round_trips_.push_back(round_trip.count());
            took.push_back(all.count());
            ratios.push_back(all / floor);
        }
        const double value = median(took);
        return {.took = value, .floor = value / median(ratios)};
    }

    void add(const std::string& name, const Handovers& result) {
        table_.add({.name = name,
                    .value = result.took,
                    .unit = "us",
                    .floor = result.floor,
                    .goal = Goal{.limit = 1.5},
                    .note = {}});
    }

    void add_size(std::uint64_t nodes, const Handovers& result) {
        add("handover, 1 P-MAAR, " + std::to_string(nodes) + " nodes attached", result);
    }

    // No handover makes an interface: the kernel (seen up to 6.18) looks at every IPv6 route there
    // is each time one comes up (rt6_sync_up).
    void add_flat(const std::string& name, double many, double few) {
        table_.add({.name = name,
                    .value = many,
                    .unit = "us",
                    .floor = few,
                    .goal = Goal{.limit = 1.3},
                    .note = {}});
    }

    // Nodes that stay, from 0 on; those that move in are others.
    static constexpr std::uint64_t kFirstMover = 20'000;

    Table& table_;
    const Programs& programs_;
    Wakeful wakeful_;
    RoundTrip round_trip_;
    std::vector<double> round_trips_;  // microseconds
    Core core_;
    CmdDaemon cmd_;
    MaarProcess maar_;
    std::optional<kernel::RouteWatch> routes_;
    std::optional<Newcomers> newcomers_;
    std::optional<PreviousMaars> previous_;
    std::uint64_t attached_ = 0;
    std::uint64_t next_mover_ = kFirstMover;
};

}  // namespace

void add_handover_rows(Table& table, const Programs& programs) {
    // What earlier sections have freed would hide what the MAAR takes.
    (void)malloc_trim(0);
    table.begin(
        "MAAR: the agent of dmmd, floor: bare round trip + what the kernel took for its requests");
    HandoverBench(table, programs).run();
}

}  // namespace dmm::bench
