#include "lib/kernel/adoption.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/realize.h"

namespace dmm::kernel {

bool is_ours(const LinkRecord& link) {
    if (link.group == kCondemnedGroup) return true;
    return link.alias == kLinkAlias &&
           (link.name.starts_with(kDlifNamePrefix) || link.name.starts_with(kTunnelNamePrefix));
}

Adoption::Adoption(const DriverSettings& settings, const std::vector<LinkRecord>& links)
    : settings_(settings) {
    for (const LinkRecord& link : links)
        names_[link.index] = link.name;
}

const std::string* Adoption::name_of(std::uint32_t index) const {
    const auto at = names_.find(index);
    return at == names_.end() ? nullptr : &at->second;
}

const std::string* Adoption::taken(std::uint32_t index) const {
    const std::string* name = name_of(index);
    if (name == nullptr || !state_.contains(LinkIdentity{.name = *name})) return nullptr;
    return name;
}

std::optional<Link> Adoption::link_of(const LinkRecord& link) const {
    const std::string* lower = link.lower == 0 ? nullptr : name_of(link.lower);
    if (link.kind == "macvlan") {
        if (lower == nullptr || !link.mac || link.mode != MACVLAN_MODE_PRIVATE) return std::nullopt;
        if (link.name != dlif_name(*lower, *link.mac)) return std::nullopt;
        return Link{.name = link.name, .kind = Macvlan{.lower = *lower, .mac = *link.mac}};
    }
    if (link.kind != "ip6tnl" || (link.lower != 0 && lower == nullptr)) return std::nullopt;
    const Tunnel ends{.local = link.local, .remote = link.remote};
    const std::string below = lower == nullptr ? "" : *lower;
    const bool same = link.name == tunnel_name(ends) && link.local == settings_.local &&
                      below == settings_.core_interface && link.mtu == settings_.tunnel_mtu;
    if (!same) return std::nullopt;
    return Link{.name = link.name,
                .kind = Ip6Tunnel{.local = link.local,
                                  .remote = link.remote,
                                  .core_interface = settings_.core_interface},
                .mtu = settings_.tunnel_mtu};
}

bool Adoption::take(const LinkRecord& link) {
    if (!is_ours(link) || link.group != kLiveGroup || !link.up) return false;
    const auto object = link_of(link);
    if (!object) return false;
    put(state_, *object);
    return true;
}

void Adoption::take(const AddressRecord& address) {
    const std::string* name = taken(address.interface);
    if (name == nullptr || address.prefix_length != kLinkLocalPrefixLength) return;
    if (!address.address.is_link_local()) return;
    // A tunnel has an address that the kernel gave it.
    if (!name->starts_with(kDlifNamePrefix)) return;
    put(state_, Address{.link = *name, .address = address.address});
}

void Adoption::take(const NeighbourRecord& neighbour) {
    const std::string* name = taken(neighbour.interface);
    if (name == nullptr || !neighbour.mac || (neighbour.state & NUD_PERMANENT) == 0) return;
    put(state_, Neighbour{.link = *name, .ip = neighbour.ip, .mac = *neighbour.mac});
}

bool Adoption::take(const RouteRecord& route) {
    const bool rules = settings_.uplinks == Uplinks::Rules;
    const bool its_table = route.table == kMainTable ||
                           (rules ? is_tunnel_table(route.table) : route.table == settings_.table);
    if (route.protocol != kRouteProtocol || !its_table) return false;
    Route object{
        .table = route.table, .to = route.to, .from = route.from, .via = route.via, .dev = {}};
    if (route.wraps) {
        const std::string* name = name_of(route.interface);
        const bool same = settings_.encap == Encap::Seg6 && route.segment && name != nullptr &&
                          *name == settings_.core_interface && route.type == RTN_UNICAST;
        if (!same) return false;
        object.dev = *name;
        object.segment = route.segment;
    } else if (route.type == RTN_UNICAST) {
        const std::string* name = taken(route.interface);
        if (name == nullptr) return false;
        object.dev = *name;
    } else if (route.type != RTN_THROW) {
        return false;
    }
    put(state_, std::move(object));
    return true;
}

bool Adoption::take(const RuleRecord& rule) {
    if (rule.protocol != kRouteProtocol || rule.action != FR_ACT_TO_TBL) return false;
    const Rule object = rule_of(rule);
    const bool rules = settings_.uplinks == Uplinks::Rules;
    const bool of_prefix =
        rules && object.from.length() != 0 &&
        object.priority == settings_.rule_priority + kMostRules - object.to.length() &&
        (object.table == kMainTable || is_tunnel_table(object.table));
    if (!of_prefix && (rules || object != uplink_rule(settings_))) return false;
    put(state_, object);
    return true;
}

std::expected<void, KernelError> take_links(Adoption& adoption,
                                            Channel& channel,
                                            const std::vector<LinkRecord>& links) {
    for (const LinkRecord& link : links)
        (void)adoption.take(link);
    const auto addresses = channel.addresses();
    if (!addresses) return std::unexpected(addresses.error());
    for (const AddressRecord& address : *addresses)
        adoption.take(address);
    const auto neighbours = channel.neighbours();
    if (!neighbours) return std::unexpected(neighbours.error());
    for (const NeighbourRecord& neighbour : *neighbours)
        adoption.take(neighbour);
    return {};
}

}  // namespace dmm::kernel
