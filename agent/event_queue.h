// What one reader of `dmmctl monitor` has still to read. Of one that does not keep up the oldest
// events go, and it is told how many, where they are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "lib/control/event.h"
#include "lib/control/protocol.h"
#include "lib/model/limits.h"

namespace dmm::agent {

class EventQueue {
public:
    explicit EventQueue(control::MonitorRequest wanted,
                        std::size_t most_octets = limits::kMonitorOctets);

    [[nodiscard]] bool wants(const control::Event& event) const;
    // `line`, without its newline, is the event's text.
    void add(const control::Event& event, std::string_view line);

    // Whole lines, but for the octets of the first that have left.
    [[nodiscard]] std::string_view pending() const {
        return std::string_view(leaving_).substr(left_);
    }

    // So much of pending() has left.
    void sent(std::size_t octets);

private:
    // Takes up what is sent next, with a remark on what is missing before it.
    void refill();

    control::MonitorRequest wanted_;
    std::size_t most_octets_;
    std::string leaving_;  // cannot be taken back: a part of it may have left
    std::size_t left_ = 0;
    std::deque<std::string> waiting_;  // lines with their newlines
    std::size_t waiting_octets_ = 0;
    std::uint64_t lost_ = 0;  // before the first that waits
    control::Event last_;
};

}  // namespace dmm::agent
