// How long a packet may be in the tunnels of a MAAR, and what its nodes are told of that. All MTUs
// are in octets; 0 stands for unknown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/model/settings.h"

namespace dmm::agent {

inline constexpr std::uint32_t kLeastMtu = 1280;  // RFC 8200 section 5

// The MTU of an interface of this network namespace.
[[nodiscard]] std::uint32_t interface_mtu(const std::string& name);

// `advert.mtu` where it is configured, else what the core leaves, else that of an Ethernet core.
[[nodiscard]] std::uint32_t tunnel_mtu(const AdvertSettings& advert,
                                       Encap encap,
                                       std::uint32_t core);

// What fits both the tunnel and each access link, so that all DLIFs of a link say the same: a node
// on Linux believes the last that it hears. Never less than 1280, as every link must carry.
[[nodiscard]] std::uint32_t node_mtu(std::uint32_t tunnel,
                                     const std::vector<std::uint32_t>& access_links);

// The settings with what they leave to this host, as its interfaces are now.
[[nodiscard]] Settings with_mtus_of_host(Settings settings);

}  // namespace dmm::agent
