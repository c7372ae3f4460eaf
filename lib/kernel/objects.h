// What a MAAR keeps in the kernel, as values: links, addresses, neighbours, the rule and routes. A
// KernelState is sorted by identity, kinds in the order in which they depend on each other. Nothing
// here knows netlink.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/ip.h"

namespace dmm::kernel {

// The marks by which our objects are told from everybody else's.
inline constexpr std::uint8_t kRouteProtocol = 137;  // of routes and rules; unassigned elsewhere
inline constexpr std::string_view kLinkAlias = "dmmd";
inline constexpr std::string_view kDlifNamePrefix = "dlif";
inline constexpr std::string_view kTunnelNamePrefix = "dmmt";
// Links in this group ("DMM") await deletion: one request removes them all.
inline constexpr std::uint32_t kCondemnedGroup = 0x444d4d;
inline constexpr std::uint32_t kLiveGroup = 0;

inline constexpr std::uint32_t kMainTable = 254;
inline constexpr unsigned kLinkLocalPrefixLength = 64;

// A macvlan in private mode: it hears what is sent to its own link-layer address and the groups
// that it has joined, and nothing of its siblings.
struct Macvlan {
    std::string lower;  // the access interface
    LinkLayerAddress mac;
    friend auto operator<=>(const Macvlan&, const Macvlan&) = default;
};

// IPv6 in IPv6 (RFC 2473) without a tunnel encapsulation limit option.
struct Ip6Tunnel {
    Ip6Address local;
    Ip6Address remote;
    std::string core_interface;  // "": bound to none
    friend auto operator<=>(const Ip6Tunnel&, const Ip6Tunnel&) = default;
};

struct Link {
    std::string name;  // at most 15 octets
    std::variant<Macvlan, Ip6Tunnel> kind;
    std::uint32_t mtu = 0;  // 0: what the kernel chooses
    std::uint32_t group = kLiveGroup;
    bool up = true;
    friend auto operator<=>(const Link&, const Link&) = default;
};

// A link-local address (/64), used without duplicate address detection.
struct Address {
    std::string link;
    Ip6Address address;
    friend auto operator<=>(const Address&, const Address&) = default;
};

// A permanent neighbour entry.
struct Neighbour {
    std::string link;
    Ip6Address ip;
    LinkLayerAddress mac;
    friend auto operator<=>(const Neighbour&, const Neighbour&) = default;
};

// "Packets from `from` to `to` look up `table`"; what the table lacks is looked up further on.
struct Rule {
    std::uint32_t priority = 0;
    std::uint32_t table = 0;
    Prefix from{};  // ::/0: any source
    Prefix to{};
    friend auto operator<=>(const Rule&, const Rule&) = default;
};

struct Route {
    std::uint32_t table = kMainTable;
    Prefix to;
    Prefix from;  // ::/0: any source
    std::optional<Ip6Address> via;
    std::string dev;  // "": thrown out of this table, the next rule decides
    // Wrapped into a packet to this address (RFC 8754), which then goes its own way; `dev` is not
    // ours then.
    std::optional<Ip6Address> segment{};
    friend auto operator<=>(const Route&, const Route&) = default;
};

using Object = std::variant<Link, Address, Neighbour, Rule, Route>;

struct LinkIdentity {
    std::string name;
    friend auto operator<=>(const LinkIdentity&, const LinkIdentity&) = default;
};

struct NeighbourIdentity {
    std::string link;
    Ip6Address ip;
    friend auto operator<=>(const NeighbourIdentity&, const NeighbourIdentity&) = default;
};

struct RuleIdentity {
    std::uint32_t priority = 0;
    Prefix from;
    Prefix to;
    friend auto operator<=>(const RuleIdentity&, const RuleIdentity&) = default;
};

struct RouteIdentity {
    std::uint32_t table = 0;
    Prefix to;
    Prefix from;
    friend auto operator<=>(const RouteIdentity&, const RouteIdentity&) = default;
};

// What the kernel tells objects apart by. The order of the alternatives is that of Object.
using Identity =
    std::variant<LinkIdentity, Address, NeighbourIdentity, RuleIdentity, RouteIdentity>;

using KernelState = std::map<Identity, Object>;

[[nodiscard]] Identity identity_of(const Object& object);

// Adds `object`, or takes the place of the one with its identity.
void put(KernelState& state, Object object);

// The link that `object` is, lies on or leads to; "" for a rule, what leads nowhere and what wraps.
[[nodiscard]] const std::string& link_name_of(const Object& object);

// The interface below a link; "" for a tunnel that is bound to none.
[[nodiscard]] const std::string& lower_of(const Link& link);

// "dlif", "tunnel", "address", "neighbour", "rule" or "route".
[[nodiscard]] std::string_view kind_of(const Object& object);

// The `ip` command that makes the object.
[[nodiscard]] std::string to_text(const Object& object);

}  // namespace dmm::kernel
