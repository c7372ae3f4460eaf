#include "agent/traffic_totals.h"

namespace dmm::agent {
namespace {

// A counter that is lower than before was made anew meanwhile, and began with 0.
template <typename Key>
void add_growth(const std::map<Key, kernel::Traffic>& now,
                const std::map<Key, kernel::Traffic>& before,
                kernel::Traffic& sum) {
    for (const auto& [key, counted] : now) {
        const auto known = before.find(key);
        const bool goes_on = known != before.end() && known->second.packets <= counted.packets &&
                             known->second.octets <= counted.octets;
        const kernel::Traffic last = goes_on ? known->second : kernel::Traffic{};
        sum.packets += counted.packets - last.packets;
        sum.octets += counted.octets - last.octets;
    }
}

}  // namespace

void TrafficTotals::take(const kernel::TrafficReading& reading) {
    add_growth(reading.up, last_.up, up_);
    add_growth(reading.down, last_.down, down_);
    add_growth(reading.spoofed, last_.spoofed, spoofed_);
    last_ = reading;
}

}  // namespace dmm::agent
