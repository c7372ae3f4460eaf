#include "agent/rate_limit.h"

#include <algorithm>
#include <chrono>

namespace dmm::agent {

bool TokenBucket::take(SteadyTime now) {
    if (filled_at_ && now > *filled_at_) {
        const std::chrono::duration<double> passed = now - *filled_at_;
        tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
    }
    filled_at_ = std::max(now, filled_at_.value_or(now));
    if (tokens_ < 1.) return false;
    tokens_ -= 1.;
    return true;
}

}  // namespace dmm::agent
