// A CMD behind its sockets, the real dmmd: the generator asks from another network namespace, and a
// bare echo answers in turn with the daemon, in the same place and to the same messages.
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/daemon.h"
#include "tests/bench/load.h"
#include "tests/bench/sections.h"
#include "tests/bench/stage.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;

constexpr std::size_t kWindow = 512;
constexpr int kRounds = 7;
constexpr std::chrono::milliseconds kSlice{400};
constexpr std::chrono::seconds kIdle{5};
constexpr std::chrono::seconds kSettling{2};
constexpr std::array<std::uint64_t, 3> kNodes{1'000, 20'000, 200'000};

const Ip6Address kEcho = Ip6Address::parse("2001:db8:ffff::e0").value();
const Ip6Address kSlowEcho = Ip6Address::parse("2001:db8:ffff::e1").value();

// The namespace of the MAARs, and that of who answers.
struct Wire {
    Wire() {
        connect(maars, "core0", cmd, "core0");
        run_in(maars,
               "ip -6 addr add " + to_text(Domain::maar_address(1)) + "/128 dev core0 nodad\n" +
                   "ip -6 route add 2001:db8:ffff::/64 dev core0\n");
        std::string lines;
        for (const Ip6Address& address : {Domain::cmd_address(), kEcho, kSlowEcho})
            lines += "ip -6 addr add " + to_text(address) + "/128 dev core0 nodad\n";
        run_in(cmd, lines + "ip -6 route add 2001:db8::/32 dev core0\n");
    }

    NetworkNamespace maars;
    NetworkNamespace cmd;
};

struct Speed {
    std::vector<double> rates;
    std::vector<double> processor;  // microseconds a message
    std::uint64_t refused = 0;
    std::uint64_t lost = 0;

    void measure(Refreshes& refreshes, const Ip6Address& to, const Child& process) {
        const auto before = process.processor_time();
        const Answers answers = refreshes.some(to, kWindow, kSlice);
        const std::chrono::duration<double, std::micro> used = process.processor_time() - before;
        rates.push_back(answers.per_second());
        processor.push_back(used.count() / static_cast<double>(answers.taken));
        refused += answers.refused;
        lost += answers.lost;
    }
};

std::string troubles(const Speed& speed) {
    std::string out;
    if (speed.refused > 0) out += std::to_string(speed.refused) + " refused ";
    if (speed.lost > 0) out += std::to_string(speed.lost) + " lost";
    return out;
}

double resident_kib(const Child& process) {
    return process.status_of("VmRSS");
}

class CmdBench {
public:
    CmdBench(Table& table, const Programs& programs)
        : table_(table),
          programs_(programs),
          echo_([this] {
              wire_.cmd.enter();
              stay_on_processor(kAnswering);
              return echo(kEcho, Echoing::InBatches);
          }),
          slow_echo_([this] {
              wire_.cmd.enter();
              stay_on_processor(kAnswering);
              return echo(kSlowEcho, Echoing::OneByOne);
          }) {
        wire_.maars.enter();
        stay_on_processor(kAsking);
    }

    void run() {
        std::vector<double> rates;
        for (const std::uint64_t nodes : kNodes)
            rates.push_back(refresh(nodes));
        table_.add({.name = "PBUs in a second of processor time, 200000 beside 1000",
                    .value = rates.back(),
                    .unit = "/s",
                    .floor = rates.front(),
                    .goal = Goal{.bound = Goal::Bound::AtLeast, .limit = 1 / 1.3},
                    .note = {}});
        keep();
    }

private:
    double refresh(std::uint64_t nodes) {
        CmdDaemon daemon(wire_.cmd, programs_);
        Refreshes refreshes(nodes);
        const Answers first = refreshes.all(Domain::cmd_address(), kWindow);
        Speed cmd;
        Speed floor;
        Speed slow_floor;
        std::vector<double> ratios;
        for (int round = 0; round < kRounds; ++round) {
            floor.measure(refreshes, kEcho, echo_);
            cmd.measure(refreshes, Domain::cmd_address(), daemon.process());
            slow_floor.measure(refreshes, kSlowEcho, slow_echo_);
            ratios.push_back(cmd.rates.back() / floor.rates.back());
        }
        const std::string size = ", " + std::to_string(nodes) + " nodes";
        // The ratio is the median of pairs that were measured side by side.
        const double rate = median(cmd.rates);
        table_.add({.name = "PBUs" + size + ", beside an echo in batches",
                    .value = rate,
                    .unit = "/s",
                    .floor = rate / median(ratios),
                    .goal = Goal{.bound = Goal::Bound::AtLeast, .limit = 0.6},
                    .note = troubles(cmd)});
        table_.add({.name = "PBUs" + size + ", beside an echo one by one",
                    .value = rate,
                    .unit = "/s",
                    .floor = median(slow_floor.rates),
                    .goal = {},
                    .note = troubles(floor)});
        // What who answers could do if it never waited for who asks: on a machine that others use
        // too, or where asking is the harder part, this says more than the rate.
        table_.add({.name = "PBUs in a second of processor time" + size,
                    .value = 1e6 / median(cmd.processor),
                    .unit = "/s",
                    .floor = 1e6 / median(floor.processor),
                    .goal = Goal{.bound = Goal::Bound::AtLeast, .limit = 0.6},
                    .note = {}});
        table_.add({.name = "registrations" + size + ", each node's first",
                    .value = first.per_second(),
                    .unit = "/s",
                    .floor = {},
                    .goal = {},
                    .note = first.refused > 0 ? std::to_string(first.refused) + " refused" : ""});
        return 1e6 / median(cmd.processor);
    }

    // What it takes when nothing happens.
    void keep() {
        CmdDaemon daemon(wire_.cmd, programs_);
        const double idle = resident_kib(daemon.process());
        add_memory("resident, no nodes", idle, "KiB");
        add_wake_ups(daemon, "no nodes");
        for (const std::uint64_t nodes : {std::uint64_t{10'000}, std::uint64_t{200'000}}) {
            Refreshes refreshes(nodes);
            (void)refreshes.all(Domain::cmd_address(), kWindow);
            const double now = resident_kib(daemon.process());
            const std::string size = std::to_string(nodes) + " nodes";
            add_memory("resident, " + size, now, "KiB");
            add_memory("resident per node, " + size,
                       (now - idle) * 1024 / static_cast<double>(nodes),
                       "octets");
            if (nodes == 10'000) add_wake_ups(daemon, size);
        }
        add_size();
    }

    void add_memory(const std::string& name, double value, const std::string& unit) {
        table_.add(
            {.name = name, .value = value, .unit = unit, .floor = {}, .goal = {}, .note = {}});
    }

    void add_wake_ups(CmdDaemon& daemon, const std::string& size) {
        constexpr const char* kKey = "voluntary_ctxt_switches";
        // What the last messages left to be done is done by then.
        std::this_thread::sleep_for(kSettling);
        const double before = daemon.process().status_of(kKey);
        std::this_thread::sleep_for(kIdle);
        const double wakes = daemon.process().status_of(kKey) - before;
        table_.add({.name = "wake-ups when idle, nothing due, " + size,
                    .value = wakes / static_cast<double>(kIdle.count()),
                    .unit = "/s",
                    .floor = {},
                    .goal = Goal{.of = Goal::Of::Value, .limit = 0},
                    .note = {}});
    }

    void add_size() {
        const std::string stripped = programs_.folder + "/dmmd.stripped";
        run_in(wire_.maars, "strip -o " + stripped + " " + programs_.dmmd + "\n");
        add_memory("dmmd on disk, stripped",
                   static_cast<double>(std::filesystem::file_size(stripped)) / 1024,
                   "KiB");
    }

    Table& table_;
    const Programs& programs_;
    Wire wire_;
    Child echo_;
    Child slow_echo_;
};

}  // namespace

void add_cmd_rows(Table& table, const Programs& programs) {
    table.begin("CMD: dmmd over raw sockets, floor: an echo of the same messages in its place");
    CmdBench(table, programs).run();
}

}  // namespace dmm::bench
