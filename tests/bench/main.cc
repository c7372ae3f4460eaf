// What a refresh costs the CMD, beside the floor that no engine can go below: decoding the PBU
// and encoding the PBA of the same size, measured in the same run.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "lib/core/cmd_engine.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/domain.h"

namespace dmm::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRefreshes = 200'000;

Now at(std::uint64_t step) {
    const Duration elapsed = std::chrono::microseconds(step * 20);
    return {.steady = {.since_start = elapsed},
            .wall = {.since_epoch = std::chrono::seconds(1767225600) + elapsed}};
}

core::MessageReceived pbu_of(std::uint64_t node, std::uint64_t step) {
    std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 0};
    for (std::size_t i = 0; i < 4; ++i)
        mac[5 - i] = static_cast<std::uint8_t>(node >> (8 * i));
    auto prefix = Domain::pool(1).address().octets();
    prefix[6] = static_cast<std::uint8_t>(node >> 8U);
    prefix[7] = static_cast<std::uint8_t>(node);
    prefix[5] = static_cast<std::uint8_t>(node >> 16U);
    core::Registration r;
    r.mn = MnId::eui48(LinkLayerAddress(mac));
    r.prefixes = {Prefix(Ip6Address(prefix), 64)};
    r.handoff = wire::Handoff::Unknown;
    r.access_technology = 3;
    r.link_layer_id = Bytes(mac.begin(), mac.end());
    r.timestamp = wire::Timestamp::of(at(step).wall);
    return {.from = Domain::maar_address(1),
            .to = Domain::cmd_address(),
            .message = wire::ProxyBindingUpdate{.sequence = static_cast<std::uint16_t>(step),
                                                .flags = wire::bu_flag::kDmmPbu,
                                                .lifetime = 150,
                                                .options = core::write_registration(r)}};
}

template <typename Work>
double per_second(std::size_t count, const Work& work) {
    const auto began = Clock::now();
    for (std::size_t i = 0; i < count; ++i)
        work(i);
    return static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - began).count();
}

double codec_floor() {
    const core::MessageReceived pbu = pbu_of(1, 1);
    const wire::Addresses there{.source = pbu.from, .destination = pbu.to};
    const wire::Addresses back{.source = pbu.to, .destination = pbu.from};
    const Bytes octets = wire::encode(pbu.message, there);
    const wire::Message answer = wire::ProxyBindingAck{.status = Status::Accepted,
                                                       .flags = wire::ba_flag::kDmmPba,
                                                       .sequence = 1,
                                                       .lifetime = 150,
                                                       .options = *wire::options_of(pbu.message)};
    std::size_t seen = 0;
    const double rate = per_second(kRefreshes, [&](std::size_t /*i*/) {
        seen += wire::decode(octets, there).has_value() ? 1U : 0U;
        seen += wire::encode(answer, back).size();
    });
    // Read, so that the work cannot be left out.
    return seen > 0 ? rate : 0;
}

double refreshes(std::uint64_t nodes) {
    CmdSettings settings = Domain(1).cmd({});
    settings.maars[0].pool = Prefix(Domain::pool(1).address(), 40);
    core::CmdEngine engine(settings, Seed{1});
    std::uint64_t step = 1;
    for (std::uint64_t node = 0; node < nodes; ++node, ++step)
        (void)engine.handle(at(step), pbu_of(node, step));
    // Made before the clock runs: a PBU arrives as a value.
    std::vector<core::MessageReceived> batch;
    batch.reserve(kRefreshes);
    const std::uint64_t first = step;
    for (std::size_t i = 0; i < kRefreshes; ++i) {
        batch.push_back(pbu_of(i * 7919 % nodes, first + i));
    }
    return per_second(kRefreshes,
                      [&](std::size_t i) { (void)engine.handle(at(first + i), batch[i]); });
}

void run() {
    const double floor = codec_floor();
    std::printf("%-44s %12.0f /s\n", "floor: PBU decoded and PBA encoded", floor);
    for (const std::uint64_t nodes : {std::uint64_t{1'000}, std::uint64_t{100'000}}) {
        const double rate = refreshes(nodes);
        const std::string name = "CMD engine: refreshes at " + std::to_string(nodes) + " nodes";
        std::printf("%-44s %12.0f /s   %.2f of the floor\n", name.c_str(), rate, rate / floor);
    }
}

}  // namespace
}  // namespace dmm::test

int main() {
    dmm::test::run();
}
