// The kernel of a MAAR: the driver and the transport that it speaks through.
#pragma once

#include <memory>
#include <utility>

#include "lib/kernel/driver.h"
#include "lib/kernel/transport.h"

namespace dmm::agent {

struct DataPlane {
    DataPlane(const kernel::DriverSettings& settings, std::unique_ptr<kernel::Transport> to_kernel)
        : transport(std::move(to_kernel)), driver(settings, *transport) {}

    std::unique_ptr<kernel::Transport> transport;
    kernel::Driver driver;
};

}  // namespace dmm::agent
