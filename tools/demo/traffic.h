// The measured traffic: one TCP connection with checked content and a UDP stream, both ways
// between the node's first address and the correspondent.
#pragma once

#include <expected>
#include <string>

#include "lib/base/ip.h"
#include "tools/demo/process.h"
#include "tools/demo/tally.h"

namespace dmm::demo {

// A child process that plays both hosts until tally.stop is set, and then closes the
// connection in order. All sockets are made before it begins: nobody knocks at a closed door.
[[nodiscard]] std::expected<Process, std::string> start_traffic(const std::string& mn_netns,
                                                                const std::string& cn_netns,
                                                                const Ip6Address& first,
                                                                Tally& tally);

}  // namespace dmm::demo
