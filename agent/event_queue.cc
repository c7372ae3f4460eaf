#include "agent/event_queue.h"

#include <algorithm>
#include <utility>

#include "lib/model/mobile_node.h"

namespace dmm::agent {
namespace {

// Enough for one system call, little enough to be thrown away late.
constexpr std::size_t kAtOnce = std::size_t{16} * 1024;

}  // namespace

EventQueue::EventQueue(control::MonitorRequest wanted, std::size_t most_octets)
    : wanted_(std::move(wanted)), most_octets_(most_octets) {
    // As it stands in events, however it was written.
    if (const auto mn = parse_mn_id(wanted_.mn)) wanted_.mn = to_text(*mn);
}

bool EventQueue::wants(const control::Event& event) const {
    const auto& names = wanted_.events;
    if (!names.empty() && std::find(names.begin(), names.end(), event.name) == names.end()) {
        return false;
    }
    return wanted_.mn.empty() || event.field("mn") == wanted_.mn;
}

void EventQueue::add(const control::Event& event, std::string_view line) {
    waiting_.push_back(std::string(line) + '\n');
    waiting_octets_ += waiting_.back().size();
    while (waiting_octets_ > most_octets_) {
        waiting_octets_ -= waiting_.front().size();
        waiting_.pop_front();
        ++lost_;
        last_ = {.time = event.time, .instance = event.instance, .name = {}};
    }
    if (leaving_.empty()) refill();
}

void EventQueue::sent(std::size_t octets) {
    left_ += octets;
    if (left_ == leaving_.size()) refill();
}

void EventQueue::refill() {
    leaving_.clear();
    left_ = 0;
    if (const std::uint64_t lost = std::exchange(lost_, 0); lost > 0) {
        leaving_ = encode(control::Event{.time = last_.time,
                                         .instance = last_.instance,
                                         .name = std::string(control::kEventsLost),
                                         .level = LogLevel::Warning,
                                         .fields = {{"count", std::to_string(lost)}}}) +
                   '\n';
    }
    while (!waiting_.empty() && leaving_.size() < kAtOnce) {
        waiting_octets_ -= waiting_.front().size();
        leaving_ += waiting_.front();
        waiting_.pop_front();
    }
}

}  // namespace dmm::agent
