#include "lib/core/deadlines.h"

#include <algorithm>

namespace dmm::core {

void Deadlines::set(Serial serial, std::optional<SteadyTime> at) {
    const auto known = by_serial_.find(serial);
    if (known != by_serial_.end()) {
        if (at && *at == known->second) return;
        ordered_.erase({.at = known->second, .serial = serial});
        if (!at) {
            by_serial_.erase(known);
            return;
        }
        known->second = *at;
    } else {
        if (!at) return;
        by_serial_.emplace(serial, *at);
    }
    ordered_.insert({.at = *at, .serial = serial});
}

std::optional<SteadyTime> Deadlines::next() const {
    if (ordered_.empty()) return std::nullopt;
    return ordered_.begin()->at;
}

std::vector<Serial> Deadlines::take_due(SteadyTime now) {
    std::vector<Serial> due;
    while (!ordered_.empty() && ordered_.begin()->at <= now) {
        due.push_back(ordered_.begin()->serial);
        by_serial_.erase(ordered_.begin()->serial);
        ordered_.erase(ordered_.begin());
    }
    return due;
}

std::optional<SteadyTime> earlier(std::optional<SteadyTime> a, std::optional<SteadyTime> b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

}  // namespace dmm::core
