// Sees our routes come into a kernel, by its own notifications.
#pragma once

#include <chrono>
#include <cstddef>

#include "agent/descriptor.h"

namespace dmm::kernel {

class RouteWatch {
public:
    // Of this network namespace.
    RouteWatch();

    // Until `count` more of our routes are there; false when they are not within `patience`.
    [[nodiscard]] bool await(std::size_t count, std::chrono::milliseconds patience);
    void forget();

private:
    agent::Descriptor fd_;
};

}  // namespace dmm::kernel
