// TCP from one network namespace to another, as fast as it goes.
#pragma once

#include <chrono>
#include <string>

#include "tests/bench/stage.h"

namespace dmm::bench {

// Mbit/s of payload from address `source` in `from` that arrive at `address` in `to`, during
// `duration` once the connection has found its speed; 0 when nothing arrives.
[[nodiscard]] double stream(const NetworkNamespace& from,
                            const std::string& source,
                            const NetworkNamespace& to,
                            const std::string& address,
                            std::chrono::milliseconds duration);

}  // namespace dmm::bench
