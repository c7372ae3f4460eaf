#include <array>
#include <cstring>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <netinet/in.h>

#include "lib/kernel/netlink_codec.h"

namespace dmm::kernel {
namespace {

// One table per message and nest: type, least and most octets of every attribute read.
constexpr std::uint16_t kIp6 = 16;
constexpr std::uint16_t kMac = 6;
constexpr std::uint16_t kMaxHardwareAddress = 32;  // MAX_ADDR_LEN
constexpr std::uint16_t kMaxText = 256;            // IFALIASZ, the longest of them
constexpr std::uint16_t kMaxNest = 0xffff;

constexpr std::array<AttributeRule, 8> kLinkPolicy{{{IFLA_ADDRESS, 0, kMaxHardwareAddress},
                                                    {IFLA_IFNAME, 1, kMaxText},
                                                    {IFLA_MTU, 4, 4},
                                                    {IFLA_LINK, 4, 4},
                                                    {IFLA_LINKINFO, 0, kMaxNest},
                                                    {IFLA_IFALIAS, 0, kMaxText},
                                                    {IFLA_AF_SPEC, 0, kMaxNest},
                                                    {IFLA_GROUP, 4, 4}}};
constexpr std::array<AttributeRule, 2> kLinkInfoPolicy{
    {{IFLA_INFO_KIND, 1, kMaxText}, {IFLA_INFO_DATA, 0, kMaxNest}}};
constexpr std::array<AttributeRule, 1> kMacvlanPolicy{{{IFLA_MACVLAN_MODE, 4, 4}}};
constexpr std::array<AttributeRule, 6> kTunnelPolicy{{{IFLA_IPTUN_LINK, 4, 4},
                                                      {IFLA_IPTUN_LOCAL, kIp6, kIp6},
                                                      {IFLA_IPTUN_REMOTE, kIp6, kIp6},
                                                      {IFLA_IPTUN_TTL, 1, 1},
                                                      {IFLA_IPTUN_FLAGS, 4, 4},
                                                      {IFLA_IPTUN_PROTO, 1, 1}}};
constexpr std::array<AttributeRule, 1> kFamiliesPolicy{{{AF_INET6, 0, kMaxNest}}};
constexpr std::array<AttributeRule, 1> kInet6Policy{{{IFLA_INET6_ADDR_GEN_MODE, 1, 1}}};
constexpr std::array<AttributeRule, 3> kAddressPolicy{
    {{IFA_ADDRESS, kIp6, kIp6}, {IFA_LOCAL, kIp6, kIp6}, {IFA_FLAGS, 4, 4}}};
constexpr std::array<AttributeRule, 2> kNeighbourPolicy{
    {{NDA_DST, kIp6, kIp6}, {NDA_LLADDR, 0, kMaxHardwareAddress}}};
constexpr std::array<AttributeRule, 8> kRoutePolicy{{{RTA_DST, kIp6, kIp6},
                                                     {RTA_SRC, kIp6, kIp6},
                                                     {RTA_OIF, 4, 4},
                                                     {RTA_GATEWAY, kIp6, kIp6},
                                                     {RTA_PRIORITY, 4, 4},
                                                     {RTA_TABLE, 4, 4},
                                                     {RTA_ENCAP_TYPE, 2, 2},
                                                     {RTA_ENCAP, 0, kMaxNest}}};
constexpr std::array<AttributeRule, 1> kSegmentPolicy{{{SEG6_IPTUNNEL_SRH, 0, kMaxNest}}};
constexpr std::array<AttributeRule, 5> kRulePolicy{{{FRA_PRIORITY, 4, 4},
                                                    {FRA_TABLE, 4, 4},
                                                    {FRA_PROTOCOL, 1, 1},
                                                    {FRA_SRC, kIp6, kIp6},
                                                    {FRA_DST, kIp6, kIp6}}};
constexpr std::array<AttributeRule, 1> kAckPolicy{{{NLMSGERR_ATTR_MSG, 1, 0xffff}}};

// What the kernel says to people is short; more is not kept.
constexpr std::size_t kMaxAckText = 256;

Ip6Address address_of(const std::optional<ByteView>& octets) {
    std::array<std::uint8_t, kIp6> out{};
    if (octets && octets->size() == kIp6) std::memcpy(out.data(), octets->data(), kIp6);
    return Ip6Address(out);
}

// A prefix whose length the header holds; nullopt when that is too long.
std::optional<Prefix> prefix_of(const std::optional<ByteView>& octets, unsigned length) {
    if (length > 128) return std::nullopt;
    return Prefix(address_of(octets), length);
}

std::optional<LinkLayerAddress> mac_of(const std::optional<ByteView>& octets) {
    return octets ? LinkLayerAddress::from(*octets) : std::nullopt;
}

bool decode_macvlan(ByteView bytes, LinkRecord& link) {
    const auto data = Attributes::parse(bytes, kMacvlanPolicy);
    if (!data) return false;
    link.mode = data->value<std::uint32_t>(IFLA_MACVLAN_MODE).value_or(0);
    return true;
}

bool decode_tunnel(ByteView bytes, LinkRecord& link) {
    const auto data = Attributes::parse(bytes, kTunnelPolicy);
    if (!data) return false;
    link.lower = data->value<std::uint32_t>(IFLA_IPTUN_LINK).value_or(0);
    link.local = address_of(data->find(IFLA_IPTUN_LOCAL));
    link.remote = address_of(data->find(IFLA_IPTUN_REMOTE));
    link.hop_limit = data->value<std::uint8_t>(IFLA_IPTUN_TTL).value_or(0);
    link.tunnel_flags = data->value<std::uint32_t>(IFLA_IPTUN_FLAGS).value_or(0);
    link.protocol = data->value<std::uint8_t>(IFLA_IPTUN_PROTO).value_or(0);
    return true;
}

bool decode_link_info(ByteView bytes, LinkRecord& link) {
    const auto info = Attributes::parse(bytes, kLinkInfoPolicy);
    if (!info) return false;
    link.kind = info->text(IFLA_INFO_KIND);
    const auto data = info->find(IFLA_INFO_DATA);
    if (!data) return true;
    if (link.kind == "macvlan") return decode_macvlan(*data, link);
    if (link.kind == "ip6tnl") return decode_tunnel(*data, link);
    return true;
}

bool decode_families(ByteView bytes, LinkRecord& link) {
    const auto families = Attributes::parse(bytes, kFamiliesPolicy);
    if (!families) return false;
    const auto inet6 = families->find(AF_INET6);
    if (!inet6) return true;
    const auto attributes = Attributes::parse(*inet6, kInet6Policy);
    if (!attributes) return false;
    link.address_generation = attributes->value<std::uint8_t>(IFLA_INET6_ADDR_GEN_MODE);
    return true;
}

// The one segment of a route that wraps as ours do; nullopt for one that wraps otherwise.
std::optional<Ip6Address> segment_of(const Attributes& route) {
    if (route.value<std::uint16_t>(RTA_ENCAP_TYPE) != LWTUNNEL_ENCAP_SEG6) return std::nullopt;
    const auto encap = route.find(RTA_ENCAP);
    const auto attributes = encap ? Attributes::parse(*encap, kSegmentPolicy) : std::nullopt;
    auto header = attributes ? attributes->find(SEG6_IPTUNNEL_SRH) : std::nullopt;
    if (!header) return std::nullopt;
    constexpr std::size_t kFixedOctets = 8;
    const auto mode = take_header<int>(*header);
    if (mode != SEG6_IPTUN_MODE_ENCAP || header->size() != kFixedOctets + kIp6) return std::nullopt;
    return address_of(header->subspan(kFixedOctets));
}

}  // namespace

std::optional<LinkRecord> decode_link(ByteView payload) {
    const auto header = take_header<ifinfomsg>(payload);
    if (!header || header->ifi_index < 0) return std::nullopt;
    const auto attributes = Attributes::parse(payload, kLinkPolicy);
    if (!attributes) return std::nullopt;
    LinkRecord link;
    link.index = static_cast<std::uint32_t>(header->ifi_index);
    link.up = (header->ifi_flags & IFF_UP) != 0;
    link.name = attributes->text(IFLA_IFNAME);
    link.alias = attributes->text(IFLA_IFALIAS);
    link.group = attributes->value<std::uint32_t>(IFLA_GROUP).value_or(0);
    link.mtu = attributes->value<std::uint32_t>(IFLA_MTU).value_or(0);
    link.lower = attributes->value<std::uint32_t>(IFLA_LINK).value_or(0);
    link.mac = mac_of(attributes->find(IFLA_ADDRESS));
    const auto info = attributes->find(IFLA_LINKINFO);
    if (info && !decode_link_info(*info, link)) return std::nullopt;
    const auto families = attributes->find(IFLA_AF_SPEC);
    if (families && !decode_families(*families, link)) return std::nullopt;
    return link;
}

std::optional<AddressRecord> decode_address(ByteView payload) {
    const auto header = take_header<ifaddrmsg>(payload);
    if (!header || header->ifa_family != AF_INET6 || header->ifa_prefixlen > 128) {
        return std::nullopt;
    }
    const auto attributes = Attributes::parse(payload, kAddressPolicy);
    if (!attributes) return std::nullopt;
    auto octets = attributes->find(IFA_LOCAL);
    if (!octets) octets = attributes->find(IFA_ADDRESS);
    if (!octets) return std::nullopt;
    return AddressRecord{
        .interface = header->ifa_index,
        .address = address_of(octets),
        .prefix_length = header->ifa_prefixlen,
        .flags = attributes->value<std::uint32_t>(IFA_FLAGS).value_or(header->ifa_flags)};
}

std::optional<NeighbourRecord> decode_neighbour(ByteView payload) {
    const auto header = take_header<ndmsg>(payload);
    if (!header || header->ndm_family != AF_INET6 || header->ndm_ifindex < 0) return std::nullopt;
    const auto attributes = Attributes::parse(payload, kNeighbourPolicy);
    if (!attributes || !attributes->find(NDA_DST)) return std::nullopt;
    return NeighbourRecord{.interface = static_cast<std::uint32_t>(header->ndm_ifindex),
                           .ip = address_of(attributes->find(NDA_DST)),
                           .mac = mac_of(attributes->find(NDA_LLADDR)),
                           .state = header->ndm_state};
}

std::optional<RouteRecord> decode_route(ByteView payload) {
    const auto header = take_header<rtmsg>(payload);
    if (!header || header->rtm_family != AF_INET6) return std::nullopt;
    const auto attributes = Attributes::parse(payload, kRoutePolicy);
    if (!attributes) return std::nullopt;
    const auto to = prefix_of(attributes->find(RTA_DST), header->rtm_dst_len);
    const auto from = prefix_of(attributes->find(RTA_SRC), header->rtm_src_len);
    if (!to || !from) return std::nullopt;
    RouteRecord route;
    route.table = attributes->value<std::uint32_t>(RTA_TABLE).value_or(header->rtm_table);
    route.to = *to;
    route.from = *from;
    if (const auto via = attributes->find(RTA_GATEWAY)) route.via = address_of(via);
    route.interface = attributes->value<std::uint32_t>(RTA_OIF).value_or(0);
    route.protocol = header->rtm_protocol;
    route.type = header->rtm_type;
    route.metric = attributes->value<std::uint32_t>(RTA_PRIORITY).value_or(0);
    route.wraps = attributes->find(RTA_ENCAP).has_value();
    if (route.wraps) route.segment = segment_of(*attributes);
    return route;
}

std::optional<RuleRecord> decode_rule(ByteView payload) {
    const auto header = take_header<fib_rule_hdr>(payload);
    if (!header || header->family != AF_INET6) return std::nullopt;
    const auto attributes = Attributes::parse(payload, kRulePolicy);
    if (!attributes) return std::nullopt;
    const auto from = prefix_of(attributes->find(FRA_SRC), header->src_len);
    const auto to = prefix_of(attributes->find(FRA_DST), header->dst_len);
    if (!from || !to) return std::nullopt;
    return RuleRecord{.priority = attributes->value<std::uint32_t>(FRA_PRIORITY).value_or(0),
                      .table = attributes->value<std::uint32_t>(FRA_TABLE).value_or(header->table),
                      .protocol = attributes->value<std::uint8_t>(FRA_PROTOCOL).value_or(0),
                      .action = header->action,
                      .from = *from,
                      .to = *to};
}

std::optional<Ack> decode_ack(const Message& message) {
    if (message.type != NLMSG_ERROR && message.type != NLMSG_DONE) return std::nullopt;
    ByteView rest = message.payload;
    const auto code = take_header<int>(rest);
    if (!code) return std::nullopt;
    Ack ack;
    // An errno is small; the most negative int has no positive counterpart.
    ack.code = *code <= 0 && *code > -4096 ? -*code : EPROTO;
    if (message.type == NLMSG_ERROR) {
        const auto request = take_header<nlmsghdr>(rest);
        if (!request) return std::nullopt;
        // Without NLM_F_CAPPED the request's payload is returned in front of the text.
        if ((message.flags & NLM_F_CAPPED) == 0 && ack.code != 0) {
            if (request->nlmsg_len < sizeof(nlmsghdr)) return std::nullopt;
            const std::size_t echoed = NLMSG_ALIGN(request->nlmsg_len - sizeof(nlmsghdr));
            if (echoed > rest.size()) return ack;
            rest = rest.subspan(echoed);
        }
    }
    if ((message.flags & NLM_F_ACK_TLVS) == 0) return ack;
    if (const auto attributes = Attributes::parse(rest, kAckPolicy)) {
        ack.text = attributes->text(NLMSGERR_ATTR_MSG).substr(0, kMaxAckText);
    }
    return ack;
}

bool is_interrupted(const Message& message) {
    return (message.flags & NLM_F_DUMP_INTR) != 0;
}

}  // namespace dmm::kernel
