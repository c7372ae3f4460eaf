#include "tests/crash/handovers.h"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>

#include "tests/crash/table.h"
#include "tests/crash/transfer.h"
#include "tools/demo/capture.h"
#include "tools/demo/outcome.h"
#include "tools/demo/radio.h"
#include "tools/demo/route_watch.h"
#include "tools/demo/scene.h"

namespace dmm::crash {
namespace {

using demo::maar_after;
using demo::maar_name;
using demo::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kSettleBound{40'000};
constexpr milliseconds kPhaseBound{8'000};
constexpr milliseconds kFlowBound{40'000};
constexpr milliseconds kDead{300};
constexpr int kPollMs = 100;

// By what is seen at the core router, which is before it arrives.
enum class Phase {
    None,
    AtRest,       // no handover at all
    BeforeTheRs,  // the node has joined its new cell
    PbuSent,      // by the S-MAAR
    PbuPassedOn,  // by the CMD
    Forwarding,   // the P-MAAR has made a route
    PMaarsPba,
    CmdsPba,  // to the S-MAAR
    Advertised,
};

constexpr std::array<std::pair<Phase, std::string_view>, 8> kPhases{
    {{Phase::AtRest, "at rest"},
     {Phase::BeforeTheRs, "before the RS"},
     {Phase::PbuSent, "its PBU on the way"},
     {Phase::PbuPassedOn, "the CMD's PBU on the way"},
     {Phase::Forwarding, "the P-MAAR forwards"},
     {Phase::PMaarsPba, "the P-MAAR's PBA on the way"},
     {Phase::CmdsPba, "the CMD's PBA on the way"},
     {Phase::Advertised, "after the RA"}}};

struct Move {
    int from;
    int to;
};

struct Case {
    Phase phase;
    std::string_view phase_name;
    std::string_view role;  // of the victim
};

class Walk {
public:
    Walk(const Options& options, Report& report)
        : only_(options.only), stage_(options, 0), report_(report) {}

    void play();

private:
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool take_references();
    // Comes to `to`, and has `victim` killed in `phase`; false if that phase was not seen.
    [[nodiscard]] std::expected<void, std::string> move(const Move& move,
                                                        Phase phase,
                                                        const std::string& victim);
    [[nodiscard]] bool await(Phase phase, const Move& move);
    [[nodiscard]] bool seen(Phase phase, const Move& move) const;
    void kill(const std::string& victim);
    [[nodiscard]] std::expected<void, std::string> revive(const std::string& victim);
    // True if all was well, or the case is not asked for.
    [[nodiscard]] bool play(const Case& one);
    // Until the node's addresses are those of `at`.
    [[nodiscard]] std::string await_addresses(int at);
    // Until the kernels hold what they should with the node at `at`.
    [[nodiscard]] std::string await_table(int at);
    // What is wrong once everything has settled with the node at `at`; "" if nothing.
    [[nodiscard]] std::string fault_at(int at);

    std::string only_;
    Stage stage_;
    Report& report_;
    std::optional<demo::Radio> radio_;
    std::optional<demo::Solicitor> solicitor_;
    std::optional<demo::Capture> signalling_;
    std::optional<demo::Capture> discovery_;
    std::optional<demo::RouteWatch> routes_;
    std::vector<demo::NodeAddress> held_;
    std::optional<Transfer> transfer_;
    std::map<int, demo::Snapshot> references_;
    int at_ = 0;
};

std::string Walk::await_addresses(int at) {
    const auto deadline = Clock::now() + kSettleBound;
    for (;;) {
        const auto faults = demo::address_faults(at, held_, radio_->addresses());
        if (faults.empty()) return {};
        if (Clock::now() > deadline) return faults.front();
        (void)::poll(nullptr, 0, kPollMs);
    }
}

std::string Walk::await_table(int at) {
    const auto deadline = Clock::now() + kSettleBound;
    for (;;) {
        const auto table = take_table(stage_.topology());
        const std::string fault = table ? difference(references_.at(at), *table) : table.error();
        if (fault.empty() || Clock::now() > deadline) return fault;
        (void)::poll(nullptr, 0, kPollMs);
    }
}

bool Walk::prepare() {
    if (!stage_.begin(report_)) return false;
    auto radio = demo::Radio::open(stage_.topology(), "mn");
    auto signalling = demo::Capture::of_signalling(stage_.topology().netns("core"));
    auto discovery = demo::Capture::of_discovery(stage_.topology().netns("mn"), "wlan0");
    if (!radio || !signalling || !discovery) {
        report_.check("the network is watched", "it cannot be");
        return false;
    }
    radio_ = std::move(*radio);
    signalling_ = std::move(*signalling);
    discovery_ = std::move(*discovery);
    if (!report_.sound("the node comes", move({.from = 0, .to = 1}, Phase::None, ""))) return false;
    const std::string fault = await_addresses(1);
    report_.check("and is served", fault);
    if (!fault.empty()) return false;
    held_ = radio_->addresses();
    auto transfer = Transfer::start(
        stage_.topology().netns("cn"),
        {{.netns = stage_.topology().netns("mn"), .address = held_.front().address}});
    if (!transfer) return report_.sound("a transfer begins", std::unexpected(transfer.error()));
    transfer_ = std::move(*transfer);
    const std::string stuck = transfer_->await_progress(kFlowBound);
    report_.check("a transfer begins", stuck);
    return stuck.empty();
}

// Once around, so that every MAAR anchors something, and once more for what is there at each place.
bool Walk::take_references() {
    for (int i = 0; i < 2 * demo::kMaars; ++i) {
        const Move next{.from = maar_after(i), .to = maar_after(i + 1)};
        const std::string name = "to " + maar_name(next.to) + " without a kill";
        if (!report_.sound(name, move(next, Phase::None, ""))) return false;
        const std::string fault = await_addresses(next.to);
        report_.check(name + ": its addresses", fault);
        if (!fault.empty()) return false;
        held_ = radio_->addresses();
        if (i < demo::kMaars) continue;
        // What no node needs any more goes a moment later.
        demo::Snapshot last;
        for (int tries = 0; tries < 20; ++tries) {
            auto table = take_table(stage_.topology());
            if (!table) return report_.sound(name, std::unexpected(table.error()));
            if (*table == last && tries > 2) break;
            last = std::move(*table);
            (void)::poll(nullptr, 0, 5 * kPollMs);
        }
        references_[next.to] = std::move(last);
        report_.check(name + ": the transfer", transfer_->await_progress(kFlowBound));
    }
    return true;
}

bool Walk::seen(Phase phase, const Move& move) const {
    if (phase == Phase::Forwarding) return routes_->drain();
    if (phase == Phase::Advertised) {
        for (const demo::Sighting& sighting : discovery_->drain()) {
            if (!sighting.outgoing && demo::advertised_in(sighting.packet)) return true;
        }
        return false;
    }
    const std::string serving = maar_name(move.to);
    const std::string previous = maar_name(move.from);
    for (const demo::Sighting& sighting : signalling_->drain()) {
        const auto ends = demo::ends_of(sighting.packet);
        const auto text = demo::signal_in(sighting.packet);
        if (!ends || !text) continue;
        const std::string source = demo::name_of(ends->source);
        const std::string destination = demo::name_of(ends->destination);
        const bool update = text->starts_with("PBU");
        const bool ack = text->starts_with("PBA");
        if (phase == Phase::PbuSent && update && source == serving) return true;
        if (phase == Phase::PbuPassedOn && update && destination == previous) return true;
        if (phase == Phase::PMaarsPba && ack && source == previous) return true;
        if (phase == Phase::CmdsPba && ack && source == "cmd" && destination == serving)
            return true;
    }
    return false;
}

bool Walk::await(Phase phase, const Move& move) {
    const int fd = phase == Phase::Forwarding   ? routes_->fd()
                   : phase == Phase::Advertised ? discovery_->fd()
                                                : signalling_->fd();
    const auto deadline = Clock::now() + kPhaseBound;
    while (Clock::now() < deadline) {
        pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
        (void)::poll(&readable, 1, kPollMs);
        if (seen(phase, move)) return true;
    }
    return false;
}

// When, as recordings count it.
void Walk::kill(const std::string& victim) {
    const std::chrono::duration<double> at = Clock::now().time_since_epoch();
    Report::remark(victim + " is killed at " + std::to_string(at.count()) + " s");
    stage_.daemons().kill(victim);
}

std::expected<void, std::string> Walk::revive(const std::string& victim) {
    (void)::poll(nullptr, 0, static_cast<int>(kDead.count()));
    if (auto done = stage_.daemons().launch_again(stage_.topology(), victim); !done) return done;
    return stage_.daemons().await(victim);
}

std::expected<void, std::string> Walk::move(const Move& move,
                                            Phase phase,
                                            const std::string& victim) {
    if (phase == Phase::AtRest) {
        kill(victim);
        return revive(victim);
    }
    at_ = move.to;
    solicitor_.emplace(stage_.topology().netns("mn"));
    if (phase == Phase::Forwarding) {
        auto routes = demo::RouteWatch::open(stage_.topology().netns(maar_name(move.from)));
        if (!routes) return std::unexpected(routes.error());
        routes_ = std::move(*routes);
    }
    (void)signalling_->drain();
    if (auto done = radio_->join(move.to); !done) return done;
    (void)discovery_->drain();
    if (phase == Phase::BeforeTheRs) kill(victim);
    if (!solicitor_->solicit()) return std::unexpected("rdisc6 cannot be started");
    if (phase == Phase::None) return {};
    if (phase == Phase::BeforeTheRs) {
        auto done = revive(victim);
        // RFC 7559: a node asks on until a router answers, however long that takes to start.
        if (!done || victim != maar_name(move.to)) return done;
        solicitor_.reset();
        solicitor_.emplace(stage_.topology().netns("mn"));
        if (!solicitor_->solicit()) return std::unexpected("rdisc6 cannot be started");
        return {};
    }
    // Were nobody killed, what is judged afterwards would prove nothing.
    if (!await(phase, move)) return std::unexpected("this phase was not seen");
    kill(victim);
    return revive(victim);
}

std::string Walk::fault_at(int at) {
    if (const std::string fault = await_addresses(at); !fault.empty()) return "addresses: " + fault;
    if (const std::string fault = await_table(at); !fault.empty()) return fault;
    return transfer_->await_progress(kFlowBound);
}

bool Walk::play(const Case& one) {
    const int next = demo::maar_after(at_);
    const Move step{.from = one.phase == Phase::AtRest ? demo::maar_after(at_ + 1) : at_,
                    .to = one.phase == Phase::AtRest ? at_ : next};
    const std::string victim = one.role == "CMD"      ? "cmd"
                               : one.role == "S-MAAR" ? maar_name(step.to)
                                                      : maar_name(step.from);
    const std::string name = "the " + std::string(one.role) + " is killed, " +
                             std::string(one.phase_name) + " (" + victim + ")";
    if (name.find(only_) == std::string::npos) return true;
    const auto began = Clock::now();
    const auto moved = move(step, one.phase, victim);
    const std::string fault = moved ? fault_at(step.to) : moved.error();
    report_.check(name, fault);
    const std::chrono::duration<double> took = Clock::now() - began;
    Report::remark("it took " + std::to_string(took.count()) + " s");
    return fault.empty();
}

void Walk::play() {
    if (prepare() && take_references()) {
        bool good = true;
        // After a fault the rest would be judged by its consequences.
        for (const auto& [phase, phase_name] : kPhases) {
            for (const std::string_view role : {"CMD", "S-MAAR", "P-MAAR"})
                good = good && play({.phase = phase, .phase_name = phase_name, .role = role});
        }
        if (good)
            report_.check("every octet arrived as sent, over one connection", transfer_->stop());
    }
    stage_.end(report_);
}

}  // namespace

void kill_in_every_phase(const Options& options, Report& report) {
    Walk(options, report).play();
}

}  // namespace dmm::crash
