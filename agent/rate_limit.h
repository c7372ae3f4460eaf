// A token bucket: what may be said or answered when others decide how often they ask.
#pragma once

#include <optional>

#include "lib/base/time.h"

namespace dmm::agent {

class TokenBucket {
public:
    // `burst` at once, then `per_second` (both above 0). Starts full.
    TokenBucket(double burst, double per_second)
        : burst_(burst), per_second_(per_second), tokens_(burst) {}

    // True and one token less, or false. Time that runs backwards adds nothing.
    [[nodiscard]] bool take(SteadyTime now);

private:
    double burst_;
    double per_second_;
    double tokens_;
    std::optional<SteadyTime> filled_at_;
};

}  // namespace dmm::agent
