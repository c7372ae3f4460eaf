#include "agent/trace_buffer.h"

#include <utility>

#include "lib/control/trace_line.h"

namespace dmm::agent {

void TraceBuffer::add(WallTime time, std::string_view line) {
    if (left_out_ > 0 || pending().size() + line.size() + 1 > most_octets_) {
        ++left_out_;
        last_left_out_ = time;
        return;
    }
    text_.append(line).append("\n");
}

void TraceBuffer::sent(std::size_t octets) {
    at_ += octets;
    if (at_ < text_.size()) {
        if (at_ > most_octets_ / 2) text_.erase(0, std::exchange(at_, 0));
        return;
    }
    text_.clear();
    at_ = 0;
    const std::uint64_t lines = std::exchange(left_out_, 0);
    if (lines == 0) return;
    text_ = encode(control::TraceLine{.time = last_left_out_,
                                      .kind = control::TraceLine::Kind::LeftOut,
                                      .text = "# left out " + std::to_string(lines) + " lines"}) +
            '\n';
}

}  // namespace dmm::agent
