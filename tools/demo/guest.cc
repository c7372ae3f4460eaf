#include "tools/demo/guest.h"

#include <chrono>
#include <vector>

#include <poll.h>

#include "tools/demo/echo.h"
#include "tools/demo/outcome.h"
#include "tools/demo/radio.h"
#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kBound{20'000};  // as long as a node may take to attach for the first time
constexpr int kPollMs = 25;

// Waits until its addresses are what they should be at `maar`; what is wrong, or "".
std::string settle(Radio& radio, int maar, const std::vector<NodeAddress>& held) {
    const auto deadline = std::chrono::steady_clock::now() + kBound;
    while (true) {
        const auto faults = address_faults(maar, held, radio.addresses());
        if (faults.empty()) return {};
        if (std::chrono::steady_clock::now() > deadline) return faults.front();
        (void)::poll(nullptr, 0, kPollMs);
    }
}

std::expected<void, std::string> visit(const Topology& topology, Radio& radio, int maar) {
    const std::string here = "guest at " + maar_name(maar) + ": ";
    const std::vector<NodeAddress> held = radio.addresses();
    Solicitor solicitor(topology.netns("guest"));
    if (auto done = radio.join(maar); !done) return done;
    if (!solicitor.solicit()) return std::unexpected(here + "cannot start rdisc6");
    if (const std::string fault = settle(radio, maar, held); !fault.empty()) {
        return std::unexpected(here + fault);
    }
    for (const NodeAddress& address : radio.addresses()) {
        if (echoes(topology.netns("guest"), topology.netns("cn"), address.address)) continue;
        return std::unexpected(here + "expected an echo from cn to " + to_text(address.address) +
                               ", saw none");
    }
    return {};
}

}  // namespace

std::expected<void, std::string> let_guest_walk(const Topology& topology) {
    auto radio = Radio::open(topology, "guest");
    if (!radio) return std::unexpected(radio.error());
    for (int moves = 0; moves <= kMaars; ++moves) {
        if (auto done = visit(topology, *radio, maar_after(moves)); !done) return done;
    }
    return {};
}

}  // namespace dmm::demo
