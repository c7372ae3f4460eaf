// What the driver must be told about this MAAR.
#pragma once

#include <cstdint>
#include <string>

#include "lib/base/ip.h"

namespace dmm::kernel {

struct DriverSettings {
    Ip6Address local;            // our end of every tunnel
    std::string core_interface;  // tunnels are bound to it; "" binds them to none
    std::uint32_t table = 8885;  // private table of the uplinks
    std::uint32_t rule_priority = 8885;
    std::uint32_t tunnel_mtu = 1460;
};

}  // namespace dmm::kernel
