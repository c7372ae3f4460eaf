// Many nodes attach to a MAAR at once: its data plane (agent/data_plane.h) takes all their wishes
// as one turn of the daemon's loop would, beside ip(8) and nft(8) told to make the same objects.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/assert.h"
#include "tests/bench/nodes.h"
#include "tests/bench/sections.h"
#include "tests/bench/stage.h"
#include "tests/bench/wishes.h"
#include "tests/kernel/access_bench.h"

namespace dmm::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A router's access link, and nothing else.
struct Router {
    Router() {
        run_in(place,
               "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
               "ip link add lan0 type veth peer name node0\n"
               "ip link set lan0 up\n"
               "ip link set node0 up\n");
    }

    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    // Thousands of interfaces that the kernel takes apart by itself would do so during what is
    // measured next.
    ~Router() { run_in(place, "ip link del lan0\n"); }

    NetworkNamespace place;
};

double microseconds_since(Clock::time_point began) {
    return std::chrono::duration<double, std::micro>(Clock::now() - began).count();
}

// Per node.
double by_data_plane(std::uint64_t nodes, bool checks) {
    const Router router;
    router.place.enter();
    KernelTime spent = 0;
    const auto plane = open_data_plane(bare_settings(), spent, checks);
    const auto began = Clock::now();
    for (std::uint64_t node = 0; node < nodes; ++node)
        plane->want(mn_of(node, Naming::Eui48), Revision{1}, wish_of(node));
    const auto outcomes = plane->flush({});
    const double took = microseconds_since(began);
    DMM_ASSERT(outcomes.size() == nodes);
    for (const kernel::Outcome& outcome : outcomes)
        DMM_ASSERT(!outcome.error);
    return took / static_cast<double>(nodes);
}

double by_shell(std::uint64_t nodes, bool checks, const Programs& programs) {
    const Router router;
    router.place.enter();
    const std::string batch = programs.folder + "/batch";
    const Script script = script_of(0, nodes);
    std::ofstream(batch + ".ip") << script.ip;
    std::ofstream(batch + ".nft") << script.nft;
    std::ofstream(batch + ".table") << nft_table();
    if (checks) run_in(router.place, "nft -f " + batch + ".table\n");
    const auto began = Clock::now();
    if (checks) run_in(router.place, "nft -f " + batch + ".nft\n");
    run_in(router.place, "ip -6 -batch " + batch + ".ip\n");
    return microseconds_since(began) / static_cast<double>(nodes);
}

void add_row(Table& table, const Programs& programs, std::uint64_t nodes, bool checks, int rounds) {
    std::vector<double> ours;
    std::vector<double> floor;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        floor.push_back(by_shell(nodes, checks, programs));
        ours.push_back(by_data_plane(nodes, checks));
        ratios.push_back(ours.back() / floor.back());
    }
    const double value = median(ours);
    table.add({.name = std::to_string(nodes) + " nodes at once, per node" +
                       (checks ? ", with the source check" : ""),
               .value = value,
               .unit = "us",
               .floor = value / median(ratios),
               .goal = Goal{.limit = 1.2},
               .note = {}});
}

}  // namespace

void add_storm_rows(Table& table, const Programs& programs) {
    table.begin("MAAR attach storm: data plane in process, floor: ip -batch (and nft -f)");
    for (const bool checks : {false, true}) {
        add_row(table, programs, 1'000, checks, checks ? 1 : 3);
        add_row(table, programs, 4'000, checks, 1);
    }
}

}  // namespace dmm::bench
