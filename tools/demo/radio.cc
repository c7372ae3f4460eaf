#include "tools/demo/radio.h"

#include <cstdint>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kCarrierLossBound{200};
constexpr milliseconds kCarrierBound{3'000};
constexpr int kPollMs = 1;

}  // namespace

std::expected<Radio, std::string> Radio::open(const Topology& topology, const std::string& actor) {
    auto air = RtNetlink::open(topology.netns("air"));
    if (!air) return std::unexpected(air.error());
    auto node = RtNetlink::open(topology.netns(actor));
    if (!node) return std::unexpected(node.error());
    const auto far_end = air->index_of(radio_of(actor));
    if (!far_end) return std::unexpected(far_end.error());
    const auto interface = node->index_of("wlan0");
    if (!interface) return std::unexpected(interface.error());
    Radio radio(actor, std::move(*air), std::move(*node));
    radio.far_end_ = *far_end;
    radio.interface_ = *interface;
    return radio;
}

bool Radio::await_carrier(bool there, milliseconds bound) {
    for (milliseconds waited{0}; waited < bound; waited += milliseconds(kPollMs)) {
        if (node_.runs(interface_) == there) return true;
        (void)::poll(nullptr, 0, kPollMs);
    }
    return false;
}

std::expected<void, std::string> Radio::join(int maar) {
    const auto cell = air_.index_of("cell" + std::to_string(maar));
    if (!cell) return std::unexpected(cell.error());
    if (auto done = air_.set_up(far_end_, false); !done) return done;
    if (!await_carrier(false, kCarrierLossBound)) {
        return std::unexpected(name_ + ": expected the carrier of wlan0 to go, it stays");
    }
    if (auto done = air_.set_master(far_end_, *cell); !done) return done;
    if (auto done = air_.set_up(far_end_, true); !done) return done;
    if (!await_carrier(true, kCarrierBound)) {
        return std::unexpected(name_ + ": expected a carrier on wlan0, there is none");
    }
    return {};
}

Solicitor::Solicitor(const std::string& netns) : gate_(::eventfd(0, EFD_CLOEXEC)) {
    process_ = Process::start(netns, [this] {
        stand_back();
        std::uint64_t word = 0;
        const Descriptor nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (::read(gate_.get(), &word, sizeof(word)) != sizeof(word)) return 127;
        // It stays for more answers than one: to end costs some milliseconds, which on a small
        // machine are those of the routers.
        return become(
            {"rdisc6", "-q", "-n", "-r", "3", "-w", "1000", "wlan0"}, nowhere.get(), nowhere.get());
    });
}

bool Solicitor::solicit() {
    const std::uint64_t word = 1;
    return ::write(gate_.get(), &word, sizeof(word)) == sizeof(word);
}

}  // namespace dmm::demo
