#include "tests/support/channel.h"

#include <algorithm>

namespace dmm::test {
namespace {

// Ten link delays: overtaken by what was sent well after. Together with two clocks that are
// 200 ms apart it stays within the engines' timestamp window of 300 ms.
constexpr std::uint64_t kMostLateMs = 50;

Way either_way(const std::string& a, const std::string& b) {
    return {.from = std::min(a, b), .to = std::max(a, b)};
}

}  // namespace

Fate Channel::next(const Way& way) {
    const unsigned number = ++sent_[way];
    if (!cuts_.empty() && cuts_.contains(either_way(way.from, way.to))) return {.lost = true};
    const auto losses = losses_.find(way);
    if (losses != losses_.end() && losses->second > 0) {
        --losses->second;
        return {.lost = true};
    }
    if (const auto decisions = decided_.find(way); decisions != decided_.end()) {
        const auto it = decisions->second.find(number);
        if (it != decisions->second.end()) return it->second;
    }
    const Fate fate = draw();
    if (fate != Fate{}) drawn_.push_back({.way = way, .number = number, .fate = fate});
    return fate;
}

Fate Channel::draw() {
    Fate fate;
    if (odds_.loss > 0) fate.lost = rng_.below(100) < odds_.loss;
    if (fate.lost) return fate;
    if (odds_.duplication > 0) fate.doubled = rng_.below(100) < odds_.duplication;
    if (odds_.reordering > 0 && rng_.below(100) < odds_.reordering) {
        fate.late = std::chrono::milliseconds(1 + rng_.below(kMostLateMs));
    }
    return fate;
}

void Channel::decide(const Decision& decision) {
    Fate& fate = decided_[decision.way][decision.number];
    fate.lost = fate.lost || decision.fate.lost;
    fate.doubled = fate.doubled || decision.fate.doubled;
    fate.late = std::max(fate.late, decision.fate.late);
}

void Channel::follow(const Odds& odds, Seed seed) {
    odds_ = odds;
    rng_ = Rng(seed);
}

void Channel::cut(const std::string& a, const std::string& b) {
    cuts_.insert(either_way(a, b));
}

void Channel::join(const std::string& a, const std::string& b) {
    const auto it = cuts_.find(either_way(a, b));
    if (it != cuts_.end()) cuts_.erase(it);
}

}  // namespace dmm::test
