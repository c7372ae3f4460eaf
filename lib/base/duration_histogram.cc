#include "lib/base/duration_histogram.h"

#include <algorithm>
#include <numeric>

namespace dmm {

void DurationHistogram::record(Duration duration) {
    const Duration took = std::max(duration, Duration{});
    count_ += 1;
    sum_ += took;
    const auto* bound = std::lower_bound(kBounds.begin(), kBounds.end(), took);
    if (bound != kBounds.end()) classes_[static_cast<std::size_t>(bound - kBounds.begin())] += 1;
}

std::uint64_t DurationHistogram::up_to(std::size_t bound) const {
    const auto* end = classes_.begin() + bound + 1;
    return std::accumulate(classes_.begin(), end, std::uint64_t{0});
}

}  // namespace dmm
