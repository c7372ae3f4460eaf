#include "tests/crash/soak.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <poll.h>

#include "lib/base/rng.h"
#include "tests/crash/transfer.h"
#include "tools/demo/echo.h"
#include "tools/demo/outcome.h"
#include "tools/demo/radio.h"
#include "tools/demo/scene.h"

namespace dmm::crash {
namespace {

using demo::maar_name;
using demo::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kAttachBound{30'000};
constexpr milliseconds kSettleBound{60'000};
constexpr milliseconds kFlowBound{60'000};
constexpr milliseconds kSolicitAgain{4'000};
constexpr std::uint64_t kMostDeadMs = 700;
constexpr std::uint64_t kMostPauseMs = 60;
constexpr std::uint64_t kKillOneIn = 10;  // moves
constexpr int kPollMs = 100;

struct Node {
    std::string name;
    demo::Radio radio;
    int at = 0;
    std::optional<demo::Solicitor> solicitor{};
};

class Soak {
public:
    Soak(const Options& options, Report& report)
        : options_(options),
          stage_(options, options.nodes),
          report_(report),
          rng_(Seed{options.seed}) {}

    void play();

private:
    [[nodiscard]] bool gather();
    [[nodiscard]] std::expected<void, std::string> place(Node& node, int maar);
    [[nodiscard]] std::expected<void, std::string> roam();
    void kill_one();
    [[nodiscard]] std::expected<void, std::string> revive_due(Clock::time_point now);
    // What is wrong with the node's addresses, or ""; all of them are tried.
    [[nodiscard]] std::string fault_of(Node& node);
    // The same, at the latest at `deadline`.
    [[nodiscard]] std::string settle(Node& node, Clock::time_point deadline);

    [[nodiscard]] std::string netns(const Node& node) const {
        return stage_.topology().netns(node.name);
    }

    const Options& options_;
    Stage stage_;
    Report& report_;
    Rng rng_;
    std::vector<Node> nodes_;
    std::map<std::string, Clock::time_point> dead_;  // until then
    int kills_ = 0;
    std::optional<Transfer> transfer_;
};

std::expected<void, std::string> Soak::place(Node& node, int maar) {
    node.solicitor.reset();
    node.solicitor.emplace(netns(node));
    if (auto done = node.radio.join(maar); !done) return done;
    node.at = maar;
    if (!node.solicitor->solicit()) return std::unexpected("rdisc6 cannot be started");
    return {};
}

std::string Soak::fault_of(Node& node) {
    const auto addresses = node.radio.addresses();
    if (const auto faults = demo::address_faults(node.at, {}, addresses); !faults.empty())
        return node.name + ": " + faults.front();
    for (const demo::NodeAddress& address : addresses) {
        if (!demo::echoes(netns(node), stage_.topology().netns("cn"), address.address))
            return node.name + " at " + maar_name(node.at) + ": no echo to " +
                   to_text(address.address);
    }
    return {};
}

// Every node attaches somewhere and connects.
bool Soak::gather() {
    for (int i = 1; i <= options_.nodes; ++i) {
        const std::string name = demo::crowd_name(i);
        auto radio = demo::Radio::open(stage_.topology(), name);
        if (!radio) return report_.sound(name, std::unexpected(radio.error()));
        nodes_.push_back({.name = name, .radio = std::move(*radio)});
        auto placed = place(nodes_.back(), demo::maar_after(i));
        if (!placed) return report_.sound(name, placed);
    }
    std::vector<Transfer::End> ends;
    const auto deadline = Clock::now() + kAttachBound;
    for (Node& node : nodes_) {
        std::string fault = fault_of(node);
        while (!fault.empty() && Clock::now() < deadline) {
            (void)::poll(nullptr, 0, kPollMs);
            fault = fault_of(node);
        }
        if (!fault.empty()) return report_.sound("every node attaches", std::unexpected(fault));
        ends.push_back({.netns = netns(node), .address = node.radio.addresses().front().address});
    }
    report_.check("every node attaches", "");
    auto transfer = Transfer::start(stage_.topology().netns("cn"), ends);
    if (!transfer) return report_.sound("they connect", std::unexpected(transfer.error()));
    transfer_ = std::move(*transfer);
    const std::string stuck = transfer_->await_progress(kFlowBound);
    report_.check("they connect", stuck);
    return stuck.empty();
}

void Soak::kill_one() {
    const auto number = static_cast<int>(rng_.below(demo::kMaars + 1));
    const std::string victim = number == 0 ? "cmd" : maar_name(number);
    const milliseconds lasts{static_cast<int>(rng_.below(kMostDeadMs))};
    if (dead_.contains(victim)) return;
    stage_.daemons().kill(victim);
    dead_[victim] = Clock::now() + lasts;
    ++kills_;
}

std::expected<void, std::string> Soak::revive_due(Clock::time_point now) {
    for (auto it = dead_.begin(); it != dead_.end();) {
        if (it->second > now) {
            ++it;
            continue;
        }
        if (auto done = stage_.daemons().launch_again(stage_.topology(), it->first); !done)
            return done;
        it = dead_.erase(it);
    }
    return {};
}

std::expected<void, std::string> Soak::roam() {
    for (int i = 0; i < options_.moves; ++i) {
        Node& node = nodes_[rng_.below(nodes_.size())];
        // One of the others.
        const int to =
            (node.at + static_cast<int>(rng_.below(demo::kMaars - 1))) % demo::kMaars + 1;
        const bool before = rng_.below(2) == 0;
        const bool kills = rng_.below(kKillOneIn) == 0;
        const auto pause = static_cast<int>(rng_.below(kMostPauseMs));
        if (kills && before) kill_one();
        if (auto done = place(node, to); !done) return done;
        (void)::poll(nullptr, 0, pause);
        if (kills && !before) kill_one();
        if (auto done = revive_due(Clock::now()); !done) return done;
    }
    return revive_due(Clock::time_point::max());
}

std::string Soak::settle(Node& node, Clock::time_point deadline) {
    auto next_solicit = Clock::now() + kSolicitAgain;
    for (;;) {
        std::string fault = fault_of(node);
        const auto now = Clock::now();
        if (fault.empty() || now > deadline) return fault;
        // RFC 7559: a node that no router answered asks on; its MAAR may have been dead.
        if (now > next_solicit) {
            node.solicitor.reset();
            node.solicitor.emplace(netns(node));
            (void)node.solicitor->solicit();
            next_solicit = now + kSolicitAgain;
        }
        (void)::poll(nullptr, 0, kPollMs);
    }
}

void Soak::play() {
    Report::remark("SEED=" + std::to_string(options_.seed) + " repeats it");
    if (stage_.begin(report_) && gather()) {
        const auto began = Clock::now();
        const bool roamed = report_.sound(std::to_string(options_.nodes) + " nodes move " +
                                              std::to_string(options_.moves) + " times",
                                          roam());
        const std::chrono::duration<double> took = Clock::now() - began;
        Report::remark(std::to_string(options_.moves) + " moves, " + std::to_string(kills_) +
                       " kills, " + std::to_string(took.count()) + " s, seed " +
                       std::to_string(options_.seed));
        const auto settling = Clock::now();
        const auto deadline = settling + kSettleBound;
        for (Node& node : nodes_) {
            const std::string fault = roamed ? settle(node, deadline) : "the nodes did not finish";
            report_.check(node.name + " reaches the other side from each of its " +
                              std::to_string(node.radio.addresses().size()) + " addresses",
                          fault);
        }
        const std::chrono::duration<double> settled = Clock::now() - settling;
        Report::remark("settled after " + std::to_string(settled.count()) + " s");
        report_.check("every connection goes on", transfer_->await_progress(kFlowBound));
        report_.check("every octet arrived as sent", transfer_->stop());
    }
    stage_.end(report_);
}

}  // namespace

void soak(const Options& options, Report& report) {
    Soak(options, report).play();
}

}  // namespace dmm::crash
