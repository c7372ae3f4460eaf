// What a refresh, a handover and a binding cost the CMD. The speed stands beside the floor that
// no engine can go below: decoding the PBU and encoding the PBA of the same size, measured in the
// same run.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <malloc.h>

#include "lib/base/assert.h"
#include "lib/core/cmd_engine.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/domain.h"

namespace dmm::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRefreshes = 200'000;
// So many messages are made, then handled: a message is warm when it arrives, and the clock runs
// only while the engine has it.
constexpr std::size_t kBatch = 500;

enum class Naming : std::uint8_t { Eui48, Nai };

Now at(std::uint64_t step) {
    const Duration elapsed = std::chrono::microseconds(step * 20);
    return {.steady = {.since_start = elapsed},
            .wall = {.since_epoch = std::chrono::seconds(1767225600) + elapsed}};
}

std::array<std::uint8_t, 6> mac_of(std::uint64_t node) {
    std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 0};
    for (std::size_t i = 0; i < 4; ++i)
        mac[5 - i] = static_cast<std::uint8_t>(node >> (8 * i));
    return mac;
}

// An NAI of 20 octets, longer than what a std::string keeps in itself.
MnId mn_of(std::uint64_t node, Naming naming) {
    if (naming == Naming::Eui48) return MnId::eui48(LinkLayerAddress(mac_of(node)));
    std::string number = std::to_string(node);
    number.insert(0, 8 - number.size(), '0');
    return MnId::nai("n" + number + "@domain.org");
}

Prefix prefix_of(std::uint64_t maar, std::uint64_t node) {
    auto prefix = Domain::pool(maar).address().octets();
    prefix[6] = static_cast<std::uint8_t>(node >> 8U);
    prefix[7] = static_cast<std::uint8_t>(node);
    prefix[5] = static_cast<std::uint8_t>(node >> 16U);
    return {Ip6Address(prefix), 64};
}

struct Node {
    std::uint64_t number = 0;
    Naming naming = Naming::Eui48;
    // As this product's MAARs do.
    bool signals_dlif = false;
};

core::Registration registration_of(const Node& node, std::uint64_t maar, std::uint64_t step) {
    const auto mac = mac_of(node.number);
    core::Registration r;
    r.mn = mn_of(node.number, node.naming);
    r.prefixes = {prefix_of(maar, node.number)};
    r.handoff = wire::Handoff::Unknown;
    r.access_technology = 3;
    r.link_layer_id = Bytes(mac.begin(), mac.end());
    r.timestamp = wire::Timestamp::of(at(step).wall);
    if (node.signals_dlif) r.dlif = derive_dlif(Domain::maar_address(maar), *r.mn);
    return r;
}

core::MessageReceived pbu_of(const Node& node, std::uint64_t maar, std::uint64_t step) {
    return {.from = Domain::maar_address(maar),
            .to = Domain::cmd_address(),
            .message = wire::ProxyBindingUpdate{
                .sequence = static_cast<std::uint16_t>(step),
                .flags = wire::bu_flag::kDmmPbu,
                .lifetime = 150,
                .options = core::write_registration(registration_of(node, maar, step))}};
}

// What the P-MAAR answers to the CMD's PBU among `actions`.
core::MessageReceived confirmation_of(const Node& node,
                                      const core::Actions& actions,
                                      std::uint64_t step) {
    for (const core::Action& action : actions) {
        const auto* send = std::get_if<core::Send>(&action);
        if (send == nullptr) continue;
        const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&send->message);
        if (pbu == nullptr) continue;
        return {.from = send->to,
                .to = send->from,
                .message = wire::ProxyBindingAck{
                    .status = Status::Accepted,
                    .flags = wire::ba_flag::kDmmPba,
                    .sequence = pbu->sequence,
                    .lifetime = pbu->lifetime,
                    .options = core::write_registration(registration_of(node, 2, step))}};
    }
    DMM_ASSERT(false);
}

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
    for (MaarPeer& maar : settings.maars)
        maar.pool = Prefix(maar.pool.address(), 40);
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

void show_rate(const std::string& what, double rate, double floor) {
    std::printf("%-50s %10.0f /s   %.2f of the floor\n", what.c_str(), rate, rate / floor);
}

void show_memory(const std::string& what, const Memory& memory) {
    std::printf(
        "%-50s %10.0f octets  %.0f resident\n", what.c_str(), memory.allocated, memory.resident);
}

void run() {
    // What the program takes once is not a binding's.
    (void)bindings(1'000, {});
    const double floor = codec_floor();
    std::printf("%-50s %10.0f /s\n", "floor: PBU decoded and PBA encoded", floor);
    for (const std::uint64_t nodes :
         {std::uint64_t{1'000}, std::uint64_t{100'000}, std::uint64_t{1'000'000}}) {
        const std::string size = " at " + std::to_string(nodes) + " nodes";
        show_rate("CMD engine: refreshes" + size, refreshes(nodes), floor);
        const Bindings plain = bindings(nodes, {});
        show_rate("CMD engine: handovers" + size, plain.handovers, floor);
        show_memory("CMD engine: a binding" + size, plain.each);
        show_memory("CMD engine: with an NAI" + size,
                    bindings(nodes, {.naming = Naming::Nai}).each);
        show_memory("CMD engine: with an NAI and DLIFs" + size,
                    bindings(nodes, {.naming = Naming::Nai, .signals_dlif = true}).each);
    }
}

}  // namespace
}  // namespace dmm::test

int main() {
    dmm::test::run();
}
