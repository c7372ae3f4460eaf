#include "agent/traffic_watch.h"

#include <algorithm>
#include <chrono>

namespace dmm::agent {
namespace {

constexpr Duration kLongestInterval = std::chrono::seconds(10);
constexpr Duration kFreshness = std::chrono::seconds(1);
constexpr int kLooksPerRelease = 8;

template <typename Key>
kernel::Traffic found_in(const std::map<Key, kernel::Traffic>& counters, const Key& key) {
    const auto found = counters.find(key);
    return found == counters.end() ? kernel::Traffic{} : found->second;
}

}  // namespace

TrafficWatch::TrafficWatch(Duration idle_release) {
    if (idle_release == Duration{}) return;
    interval_ = std::min(kLongestInterval, idle_release / kLooksPerRelease);
    next_look_ = SteadyTime{};
}

bool TrafficWatch::read(kernel::SourceFilter& filter, SteadyTime now) {
    read_at_ = now;
    auto read = filter.read();
    if (!read) return false;
    reading_ = *std::move(read);
    return true;
}

TrafficWatch::Pair TrafficWatch::counters_of(const kernel::NodePrefix& source) const {
    return {found_in(reading_.up, source), found_in(reading_.down, source.prefix)};
}

std::vector<core::PrefixUsed> TrafficWatch::look(kernel::SourceFilter& filter, SteadyTime now) {
    if (interval_) next_look_ = now + *interval_;
    const bool known = read(filter, now);
    std::vector<core::PrefixUsed> used;
    std::map<kernel::NodePrefix, Pair> seen;
    for (const auto& [mn, sources] : filter.wishes()) {
        for (const kernel::NodePrefix& source : sources) {
            const Pair counters = counters_of(source);
            const auto before = seen_.find(source);
            const Pair last = before == seen_.end() ? Pair{} : before->second;
            if (!known || counters != last) used.push_back({.mn = mn, .prefix = source.prefix});
            seen.emplace(source, counters);
        }
    }
    seen_ = std::move(seen);
    return used;
}

const kernel::TrafficReading& TrafficWatch::reading(kernel::SourceFilter& filter, SteadyTime now) {
    if (!read_at_ || now - *read_at_ >= kFreshness) (void)read(filter, now);
    return reading_;
}

}  // namespace dmm::agent
