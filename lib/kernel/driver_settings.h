// What the driver must be told about this MAAR.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/ip.h"
#include "lib/model/encap.h"
#include "lib/model/forwarding.h"
#include "lib/model/uplinks.h"

namespace dmm::kernel {

struct DriverSettings {
    Ip6Address local;            // our end of every tunnel
    std::string core_interface;  // tunnels are bound to it; "" binds them to none, and is
                                 // not for Encap::Seg6, whose routes leave by it
    std::uint32_t table = 8885;  // private table of the uplinks
    std::uint32_t rule_priority = 8885;
    std::uint32_t tunnel_mtu = 1460;
    Encap encap = Encap::Ip6Ip6;
    Uplinks uplinks = Uplinks::Routes;  // Auto only until the driver has tried

    // An anchor as its nodes on an access link see it.
    struct Router {
        AccessLink over;
        DlifIdentity identity;
    };

    // Made before any node needs them, and kept: a handover then makes no interface.
    std::vector<Router> standing{};
};

}  // namespace dmm::kernel
