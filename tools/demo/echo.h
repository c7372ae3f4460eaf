// Whether an address of the node still works: a datagram to the correspondent and back.
#pragma once

#include <string>

#include "lib/base/ip.h"

namespace dmm::demo {

// One datagram from `address` to the correspondent and back, tried for two seconds. False
// if none came back.
[[nodiscard]] bool echoes(const std::string& mn_netns,
                          const std::string& cn_netns,
                          const Ip6Address& address);

}  // namespace dmm::demo
