#include "agent/clock.h"

#include <ctime>

#include "lib/base/assert.h"

namespace dmm::agent {
namespace {

Duration read(clockid_t clock) {
    timespec at{};
    DMM_ASSERT(clock_gettime(clock, &at) == 0);
    return std::chrono::seconds(at.tv_sec) + Duration(at.tv_nsec);
}

}  // namespace

Now read_clock() {
    return {.steady = {read(CLOCK_MONOTONIC)}, .wall = {read(CLOCK_REALTIME)}};
}

}  // namespace dmm::agent
