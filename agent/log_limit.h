// Keeps a flood of one kind of line from drowning the others: some at once, then a few per
// second, and a word on how many were left out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/rate_limit.h"
#include "lib/base/time.h"

namespace dmm::agent {

class LogLimit {
public:
    struct LeftOut {
        std::string kind;
        std::uint64_t lines = 0;
        friend bool operator==(const LeftOut&, const LeftOut&) = default;
    };

    // Whether a line of this kind may be written now: 20 at once, then 10 per second.
    [[nodiscard]] bool admit(std::string_view kind, SteadyTime now);

    // What was left out, once next_deadline() has come; each line is told about once.
    [[nodiscard]] std::vector<LeftOut> take_left_out(SteadyTime now);

    // One second after the first line that was left out and not told about.
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return tell_at_; }

private:
    struct Kind {
        TokenBucket bucket{/*burst=*/20., /*per_second=*/10.};
        std::uint64_t left_out = 0;
    };

    std::map<std::string, Kind, std::less<>> kinds_;
    std::optional<SteadyTime> tell_at_;
};

}  // namespace dmm::agent
