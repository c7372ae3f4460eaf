// How long something took, how often: durations counted in fixed classes from 0.1 ms to 10 s.
// To record one is a few comparisons; nothing is allocated.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "lib/base/time.h"

namespace dmm {

class DurationHistogram {
public:
    // The upper bounds of the classes, inclusive; what is longer is in none of them.
    static constexpr std::array<Duration, 16> kBounds{std::chrono::microseconds(100),
                                                      std::chrono::microseconds(250),
                                                      std::chrono::microseconds(500),
                                                      std::chrono::milliseconds(1),
                                                      std::chrono::microseconds(2500),
                                                      std::chrono::milliseconds(5),
                                                      std::chrono::milliseconds(10),
                                                      std::chrono::milliseconds(25),
                                                      std::chrono::milliseconds(50),
                                                      std::chrono::milliseconds(100),
                                                      std::chrono::milliseconds(250),
                                                      std::chrono::milliseconds(500),
                                                      std::chrono::seconds(1),
                                                      std::chrono::milliseconds(2500),
                                                      std::chrono::seconds(5),
                                                      std::chrono::seconds(10)};

    // What is negative counts as zero.
    void record(Duration duration);

    // As many durations were not longer than kBounds[bound].
    [[nodiscard]] std::uint64_t up_to(std::size_t bound) const;

    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] Duration sum() const { return sum_; }

    friend bool operator==(const DurationHistogram&, const DurationHistogram&) = default;

private:
    std::array<std::uint64_t, kBounds.size()> classes_{};  // each without those below it
    std::uint64_t count_ = 0;
    Duration sum_{};
};

}  // namespace dmm
