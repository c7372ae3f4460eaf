#include "agent/tunnel_mtu.h"

#include <algorithm>
#include <cstring>
#include <variant>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "agent/descriptor.h"

namespace dmm::agent {

std::uint32_t interface_mtu(const std::string& name) {
    const Descriptor socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name) return 0;
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (ioctl(socket.get(), SIOCGIFMTU, &request) < 0) return 0;
    return static_cast<std::uint32_t>(request.ifr_mtu);
}

std::uint32_t tunnel_mtu(const AdvertSettings& advert, Encap encap, std::uint32_t core) {
    constexpr std::uint32_t kEthernet = 1500;
    if (advert.mtu.value_or(0) != 0) return *advert.mtu;
    const std::uint32_t octets = octets_of(encap);
    return std::max(core == 0 ? kEthernet : core, kLeastMtu + octets) - octets;
}

std::uint32_t node_mtu(std::uint32_t tunnel, const std::vector<std::uint32_t>& access_links) {
    std::uint32_t out = tunnel;
    for (const std::uint32_t link : access_links) {
        if (link != 0) out = std::min(out, link);
    }
    return std::max(out, kLeastMtu);
}

Settings with_mtus_of_host(Settings settings) {
    auto* maar = std::get_if<MaarSettings>(&settings.role);
    if (maar == nullptr) return settings;
    maar->tunnel_mtu = tunnel_mtu(maar->advert, maar->encap, interface_mtu(maar->core_interface));
    if (maar->advert.mtu) return settings;
    std::vector<std::uint32_t> links;
    links.reserve(maar->access_links.size());
    for (const AccessLink& link : maar->access_links)
        links.push_back(interface_mtu(link.name));
    maar->advert.mtu = node_mtu(maar->tunnel_mtu, links);
    return settings;
}

}  // namespace dmm::agent
