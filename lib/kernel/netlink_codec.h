// Operations and queries -> rtnetlink requests; answers -> values. Numbers are those of the
// kernel's headers; what the kernel does with them was tried on 6.1 and 6.18.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/kernel/netlink_parser.h"
#include "lib/kernel/operation.h"

namespace dmm::kernel {

using InterfaceIndices = std::map<std::string, std::uint32_t>;

// Why an operation has no encoding.
struct EncodeError {
    enum class Fault : std::uint8_t { NoInterface, NoRoom, NotSupported } fault;
    std::string interface;  // with NoInterface: the name that has no index
};

// Appends the request for `operation`, which asks for an acknowledgement. Interfaces are
// found by name in `indices`; the index of a link to be made must be there too.
[[nodiscard]] std::expected<void, EncodeError> encode(Bytes& out,
                                                      const Operation& operation,
                                                      std::uint32_t sequence,
                                                      const InterfaceIndices& indices);

// Queries. An acknowledgement is not asked for: the answer is one.
[[nodiscard]] Bytes encode_link_query(const std::string& name, std::uint32_t sequence);
[[nodiscard]] Bytes encode_link_dump(std::uint32_t sequence);
[[nodiscard]] Bytes encode_address_dump(std::uint32_t sequence);    // IPv6
[[nodiscard]] Bytes encode_neighbour_dump(std::uint32_t sequence);  // IPv6
[[nodiscard]] Bytes encode_neighbour_query(std::uint32_t interface,
                                           const Ip6Address& ip,
                                           std::uint32_t sequence);
[[nodiscard]] Bytes encode_rule_dump(std::uint32_t sequence);
// IPv6 routes of one table and one protocol; 0 stands for all.
[[nodiscard]] Bytes encode_route_dump(std::uint32_t table,
                                      std::uint8_t protocol,
                                      std::uint32_t sequence);
// The route that a packet to `to` takes.
[[nodiscard]] Bytes encode_route_query(const Ip6Address& to, std::uint32_t sequence);

// An interface as the kernel shows it.
struct LinkRecord {
    std::uint32_t index = 0;
    bool up = false;
    std::string name;
    std::string alias;
    std::string kind;  // "macvlan", "ip6tnl", ...; "" for hardware
    std::uint32_t group = 0;
    std::uint32_t mtu = 0;
    std::uint32_t lower = 0;  // index of the interface below; 0: none
    std::optional<LinkLayerAddress> mac;
    std::optional<std::uint8_t> address_generation;  // IN6_ADDR_GEN_MODE_*
    // Of a macvlan:
    std::uint32_t mode = 0;
    // Of an ip6tnl:
    Ip6Address local;
    Ip6Address remote;
    std::uint32_t tunnel_flags = 0;
    std::uint8_t hop_limit = 0;
    std::uint8_t protocol = 0;
};

struct AddressRecord {
    std::uint32_t interface = 0;
    Ip6Address address;
    unsigned prefix_length = 0;
    std::uint32_t flags = 0;  // IFA_F_*
};

struct NeighbourRecord {
    std::uint32_t interface = 0;
    Ip6Address ip;
    std::optional<LinkLayerAddress> mac;
    std::uint16_t state = 0;  // NUD_*
};

struct RouteRecord {
    std::uint32_t table = 0;
    Prefix to;
    Prefix from;
    std::optional<Ip6Address> via;
    std::uint32_t interface = 0;  // 0: none, as of a blackhole
    std::uint8_t protocol = 0;
    std::uint8_t type = 0;  // RTN_*
    std::uint32_t metric = 0;
    // Of one that wraps (RFC 8754) as we would have it: its one segment.
    std::optional<Ip6Address> segment{};
    bool wraps = false;  // in any way
};

struct RuleRecord {
    std::uint32_t priority = 0;
    std::uint32_t table = 0;
    std::uint8_t protocol = 0;
    std::uint8_t action = 0;  // FR_ACT_*
    Prefix from{};
    Prefix to{};
};

[[nodiscard]] inline Rule rule_of(const RuleRecord& rule) {
    return {.priority = rule.priority, .table = rule.table, .from = rule.from, .to = rule.to};
}

// The payloads of RTM_NEWLINK, RTM_NEWADDR, RTM_NEWNEIGH, RTM_NEWROUTE and RTM_NEWRULE.
// nullopt for another family than IPv6 (links: any) and for what breaks the format.
[[nodiscard]] std::optional<LinkRecord> decode_link(ByteView payload);
[[nodiscard]] std::optional<AddressRecord> decode_address(ByteView payload);
[[nodiscard]] std::optional<NeighbourRecord> decode_neighbour(ByteView payload);
[[nodiscard]] std::optional<RouteRecord> decode_route(ByteView payload);
[[nodiscard]] std::optional<RuleRecord> decode_rule(ByteView payload);

// The end of an answer.
struct Ack {
    int code = 0;      // errno, positive; 0: done
    std::string text;  // the kernel's own words, often ""
};

// Of NLMSG_ERROR (an acknowledgement when its code is 0) and NLMSG_DONE; nullopt for other
// types and for what breaks the format.
[[nodiscard]] std::optional<Ack> decode_ack(const Message& message);

// Part of a dump during which the state changed, so that it has to be asked for again.
[[nodiscard]] bool is_interrupted(const Message& message);

}  // namespace dmm::kernel
