// What all nodes together have sent and been sent. The kernel counts for each node and forgets what
// it counted when the node goes; these sums only grow.
#pragma once

#include <cstdint>
#include <map>

#include "lib/kernel/source_filter.h"

namespace dmm::agent {

class TrafficTotals {
public:
    // Adds what has passed since the last reading.
    void take(const kernel::TrafficReading& reading);

    [[nodiscard]] const kernel::Traffic& up() const { return up_; }

    [[nodiscard]] const kernel::Traffic& down() const { return down_; }

    [[nodiscard]] const kernel::Traffic& spoofed() const { return spoofed_; }

private:
    kernel::TrafficReading last_;
    kernel::Traffic up_;
    kernel::Traffic down_;
    kernel::Traffic spoofed_;
};

}  // namespace dmm::agent
