// What one client of `dmmctl trace` has still to read. A client that does not keep up misses
// lines, is told how many, and costs nobody else anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace dmm::agent {

class TraceBuffer {
public:
    static constexpr std::size_t kMostOctets = std::size_t{1024} * 1024;

    explicit TraceBuffer(std::size_t most_octets = kMostOctets) : most_octets_(most_octets) {}

    // `line`, without its newline, is kept or counted. Once one was left out, so are all that
    // follow until everything before it has been sent: one gap is one remark.
    void add(WallTime time, std::string_view line);

    [[nodiscard]] std::string_view pending() const { return std::string_view(text_).substr(at_); }

    // So much of pending() has left.
    void sent(std::size_t octets);

private:
    std::size_t most_octets_;
    std::string text_;
    std::size_t at_ = 0;
    std::uint64_t left_out_ = 0;
    WallTime last_left_out_;
};

}  // namespace dmm::agent
