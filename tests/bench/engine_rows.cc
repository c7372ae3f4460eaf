// What a refresh, a handover and a binding cost the CMD without its sockets. The speed stands
// beside the floor that no engine can go below: the codec on messages of the same size.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <malloc.h>

#include "lib/core/cmd_engine.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/bench/nodes.h"
#include "tests/bench/sections.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kRefreshes = 200'000;
// So many messages are made, then handled: a message is warm when it arrives, and the clock runs
// only while the engine has it.
constexpr std::size_t kBatch = 500;

// Adds up the time that work takes, and how much of it there was.
class Stopwatch {
public:
    template <typename Work>
    void time(const Work& work) {
        const auto began = Clock::now();
        work();
        elapsed_ += Clock::now() - began;
    }

    [[nodiscard]] double per_second(std::size_t count) const {
        return static_cast<double>(count) / std::chrono::duration<double>(elapsed_).count();
    }

private:
    Clock::duration elapsed_{};
};

double codec_floor() {
    const core::MessageReceived pbu = pbu_of({.number = 1}, 1, 1);
    const wire::Addresses there{.source = pbu.from, .destination = pbu.to};
    const wire::Addresses back{.source = pbu.to, .destination = pbu.from};
    const Bytes octets = wire::encode(pbu.message, there);
    const wire::Message answer = wire::ProxyBindingAck{.status = Status::Accepted,
                                                       .flags = wire::ba_flag::kDmmPba,
                                                       .sequence = 1,
                                                       .lifetime = 150,
                                                       .options = *wire::options_of(pbu.message)};
    std::size_t seen = 0;
    Stopwatch watch;
    watch.time([&] {
        for (std::size_t i = 0; i < kRefreshes; ++i) {
            seen += wire::decode(octets, there).has_value() ? 1U : 0U;
            seen += wire::encode(answer, back).size();
        }
    });
    // Read, so that the work cannot be left out.
    return seen > 0 ? watch.per_second(kRefreshes) : 0;
}

// Two MAARs with a pool for a million nodes each, and no limit to the pace of PBUs.
core::CmdEngine make_engine() {
    CmdSettings settings = Domain(2).cmd({});
    for (std::uint64_t n = 1; n <= 2; ++n)
        settings.maars[n - 1].pool = pool_of(n);
    settings.protocol.pbu_rate = 1'000'000;
    settings.protocol.pbu_burst = 1'000'000;
    return {settings, Seed{1}};
}

double refreshes(std::uint64_t nodes) {
    core::CmdEngine engine = make_engine();
    std::uint64_t step = 1;
    for (std::uint64_t node = 0; node < nodes; ++node, ++step)
        (void)engine.handle(at(step), pbu_of({.number = node}, 1, step));
    Stopwatch watch;
    std::vector<core::MessageReceived> batch;
    for (std::size_t done = 0; done < kRefreshes; done += kBatch, step += kBatch) {
        batch.clear();
        for (std::size_t i = 0; i < kBatch; ++i)
            batch.push_back(pbu_of({.number = (done + i) * 7919 % nodes}, 1, step + i));
        watch.time([&] {
            for (std::size_t i = 0; i < kBatch; ++i)
                (void)engine.handle(at(step + i), batch[i]);
        });
    }
    return watch.per_second(kRefreshes);
}

struct Memory {
    double allocated = 0;  // with what the allocator adds
    double resident = 0;

    [[nodiscard]] static Memory now() {
        (void)malloc_trim(0);
        const auto heap = mallinfo2();
        std::size_t program = 0;
        std::size_t resident = 0;
        std::ifstream("/proc/self/statm") >> program >> resident;
        return {
            .allocated = static_cast<double>(heap.uordblks + heap.hblkhd),
            .resident = static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE))};
    }
};

struct Bindings {
    double handovers = 0;  // a second: the S-MAAR's PBU and the P-MAAR's PBA
    Memory each;           // octets per binding with one P-MAAR
};

// Every node registers at MAAR 2 and moves to MAAR 1.
Bindings bindings(std::uint64_t nodes, const Node& kind) {
    const Memory before = Memory::now();
    core::CmdEngine engine = make_engine();
    Stopwatch watch;
    std::uint64_t step = 1;
    for (std::uint64_t first = 0; first < nodes; first += kBatch) {
        const std::size_t count = std::min<std::uint64_t>(kBatch, nodes - first);
        std::vector<core::MessageReceived> moves;
        std::vector<core::Actions> answers;
        for (std::size_t i = 0; i < count; ++i, ++step) {
            Node node = kind;
            node.number = first + i;
            (void)engine.handle(at(step), pbu_of(node, 2, step));
            moves.push_back(pbu_of(node, 1, step + count));
        }
        watch.time([&] {
            for (std::size_t i = 0; i < count; ++i)
                answers.push_back(engine.handle(at(step + i), moves[i]));
        });
        for (std::size_t i = 0; i < count; ++i) {
            Node node = kind;
            node.number = first + i;
            moves[i] = confirmation_of(node, answers[i], step + i);
        }
        step += count;
        watch.time([&] {
            for (std::size_t i = 0; i < count; ++i)
                (void)engine.handle(at(step), moves[i]);
        });
    }
    // What is kept of the pace of PBUs is forgotten a second later.
    (void)engine.handle(at(step + 100'000), core::Tick{});
    const Memory after = Memory::now();
    const auto each = static_cast<double>(nodes);
    return {.handovers = watch.per_second(nodes),
            .each = {.allocated = (after.allocated - before.allocated) / each,
                     .resident = (after.resident - before.resident) / each}};
}

void add_rate(Table& table, const std::string& what, double rate, double floor) {
    table.add({.name = what, .value = rate, .unit = "/s", .floor = floor, .goal = {}, .note = {}});
}

void add_memory(Table& table, const std::string& what, const Memory& memory) {
    table.add({.name = what,
               .value = memory.allocated,
               .unit = "octets",
               .floor = {},
               .goal = {},
               .note = {}});
}

}  // namespace

void add_engine_rows(Table& table) {
    table.begin("CMD engine, in process; floor: PBU decoded and PBA encoded");
    // What the program takes once is not a binding's.
    (void)bindings(1'000, {});
    const double floor = codec_floor();
    table.add({.name = "floor", .value = floor, .unit = "/s", .floor = {}, .goal = {}, .note = {}});
    for (const std::uint64_t nodes :
         {std::uint64_t{1'000}, std::uint64_t{100'000}, std::uint64_t{1'000'000}}) {
        const std::string size = ", " + std::to_string(nodes) + " nodes";
        add_rate(table, "refreshes" + size, refreshes(nodes), floor);
        const Bindings plain = bindings(nodes, {});
        add_rate(table, "handovers" + size, plain.handovers, floor);
        add_memory(table, "a binding" + size, plain.each);
        add_memory(table,
                   "a binding with NAI and DLIFs" + size,
                   bindings(nodes, {.naming = Naming::Nai, .signals_dlif = true}).each);
    }
}

}  // namespace dmm::bench
