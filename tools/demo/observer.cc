#include "tools/demo/observer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>

#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kTurn{25};
// Packets of several sockets are put in order over this time.
constexpr milliseconds kOrdering{40};

WallTime wall_now() {
    timespec now{};
    (void)::clock_gettime(CLOCK_REALTIME, &now);
    return {std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)};
}

Descriptor ending_signals() {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    return Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// "a200 preferred 14400 s, a100 deprecated"
std::string prefixes_text(const std::vector<AdvertisedPrefix>& prefixes) {
    std::string out;
    for (const AdvertisedPrefix& one : prefixes) {
        const std::optional<int> anchor = anchor_of(one.prefix.address());
        out += (out.empty() ? " " : ", ") + (anchor ? pool_nickname(*anchor) : to_text(one.prefix));
        out += one.preferred_s > 0 ? " preferred " + std::to_string(one.preferred_s) + " s"
                                   : " deprecated";
    }
    return out;
}

// What tells of a move or of trouble; the rest is for --verbose.
bool matters(std::string_view line) {
    constexpr std::array kWords{std::string_view("event=handover"),
                                std::string_view("event=registered"),
                                std::string_view("event=anchor_dropped"),
                                std::string_view("event=message_"),
                                std::string_view("event=registration_refused"),
                                std::string_view("event=no_answer"),
                                std::string_view("event=forwarding_failed"),
                                std::string_view("event=node_refused"),
                                std::string_view("dmmd: ")};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return line.find(word) != std::string_view::npos;
    });
}

}  // namespace

Observer::Observer(const Topology& topology, Daemons& daemons, const Screen& screen, bool verbose)
    : node_netns_(topology.netns("mn")),
      daemons_(&daemons),
      verbose_(verbose),
      ladder_(screen),
      signals_(ending_signals()) {}

std::expected<Observer, std::string> Observer::open(const Topology& topology,
                                                    Daemons& daemons,
                                                    const Screen& screen,
                                                    bool verbose) {
    Observer out(topology, daemons, screen, verbose);
    auto discovery = Capture::of_discovery(out.node_netns_, "wlan0");
    if (!discovery) return std::unexpected(discovery.error());
    auto signalling = Capture::of_signalling(topology.netns("core"));
    if (!signalling) return std::unexpected(signalling.error());
    out.discovery_ = std::move(*discovery);
    out.signalling_ = std::move(*signalling);
    return out;
}

std::expected<void, std::string> Observer::begin_move(int to) {
    finish();
    auto arrivals = Capture::of_arrivals(node_netns_, "wlan0", to);
    if (!arrivals) return std::unexpected(arrivals.error());
    arrivals_ = std::move(*arrivals);
    to_ = to;
    clock_ = MoveClock(to);
    ladder_.restart();
    return {};
}

void Observer::take_discovery(const Sighting& sighting) {
    if (!clock_.see(sighting)) return;
    if (sighting.outgoing) {
        ladder_.count_from(sighting.at);
        ladder_.add(sighting.at, "mn -> " + maar_name(to_), "RS");
    } else {
        const auto prefixes = advertised_in(sighting.packet);
        ladder_.add(sighting.at,
                    maar_name(to_) + " -> mn",
                    "RA" + (prefixes ? prefixes_text(*prefixes) : std::string()));
    }
}

void Observer::show_logs() {
    for (const LogLine& line : daemons_->log_news()) {
        if (verbose_ || matters(line.text)) ladder_.remark(wall_now(), line.actor, line.text);
    }
}

void Observer::turn(milliseconds wait) {
    // Captures carry the kernel's time and can wait: each wake-up counts against what is measured.
    pollfd ended{.fd = signals_.get(), .events = POLLIN, .revents = 0};
    (void)::poll(&ended, 1, static_cast<int>(wait.count()));
    if (ended.revents != 0) interrupted_ = true;
    for (const Sighting& sighting : discovery_->drain())
        take_discovery(sighting);
    for (const Sighting& sighting : signalling_->drain()) {
        const std::optional<Ends> ends = ends_of(sighting.packet);
        const std::optional<std::string> text = signal_in(sighting.packet);
        if (!ends || !text) continue;
        ladder_.add(
            sighting.at, name_of(ends->source) + " -> " + name_of(ends->destination), *text);
    }
    if (!arrivals_) return;
    for (const Sighting& sighting : arrivals_->drain()) {
        if (!clock_.see_arrival(sighting)) continue;
        const std::optional<Ends> ends = ends_of(sighting.packet);
        const std::optional<int> anchor = ends ? anchor_of(ends->destination) : std::nullopt;
        ladder_.add(
            sighting.at, "cn -> mn", "first packet for " + pool_nickname(anchor.value_or(to_)));
    }
    if (clock_.to_old_prefix()) arrivals_.reset();
}

bool Observer::watch(milliseconds bound, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + bound;
    while (!interrupted_) {
        turn(kTurn);
        show_logs();
        ladder_.show({wall_now().since_epoch - kOrdering});
        if (done()) return true;
        if (std::chrono::steady_clock::now() > deadline) return false;
    }
    return false;
}

void Observer::watch(milliseconds time) {
    (void)watch(time, [] { return false; });
}

void Observer::finish() {
    turn(milliseconds(0));
    show_logs();
    ladder_.show(WallTime{Duration::max()});
}

}  // namespace dmm::demo
