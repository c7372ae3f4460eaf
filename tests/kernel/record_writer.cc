#include "tests/kernel/record_writer.h"

#include <array>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_iptunnel.h>
#include <netinet/in.h>

namespace dmm::kernel {

using Nest = MessageBuilder::Nest;

void put_link(MessageBuilder& out, const LinkRecord& link) {
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(link.index);
    if (link.up) header.ifi_flags = IFF_UP;
    out.put(header);
    out.attribute_text(IFLA_IFNAME, link.name);
    out.attribute_value(IFLA_GROUP, link.group);
    out.attribute_value(IFLA_MTU, link.mtu);
    if (link.lower != 0) out.attribute_value(IFLA_LINK, link.lower);
    if (!link.alias.empty()) out.attribute_text(IFLA_IFALIAS, link.alias);
    if (link.mac) out.attribute(IFLA_ADDRESS, link.mac->octets());
    {
        const Nest families(out, IFLA_AF_SPEC);
        const Nest inet6(out, AF_INET6);
        out.attribute_value(IFLA_INET6_ADDR_GEN_MODE, link.address_generation.value_or(0));
    }
    if (link.kind.empty()) return;
    const Nest info(out, IFLA_LINKINFO);
    out.attribute_text(IFLA_INFO_KIND, link.kind);
    const Nest data(out, IFLA_INFO_DATA);
    if (link.kind == "macvlan") {
        out.attribute_value(IFLA_MACVLAN_MODE, link.mode);
    } else if (link.kind == "ip6tnl") {
        out.attribute_value(IFLA_IPTUN_LINK, link.lower);
        out.attribute(IFLA_IPTUN_LOCAL, link.local.octets());
        out.attribute(IFLA_IPTUN_REMOTE, link.remote.octets());
        out.attribute_value(IFLA_IPTUN_TTL, link.hop_limit);
        out.attribute_value(IFLA_IPTUN_FLAGS, link.tunnel_flags);
        out.attribute_value(IFLA_IPTUN_PROTO, link.protocol);
    }
}

void put_address(MessageBuilder& out, const AddressRecord& address) {
    out.put(ifaddrmsg{.ifa_family = AF_INET6,
                      .ifa_prefixlen = static_cast<std::uint8_t>(address.prefix_length),
                      .ifa_flags = static_cast<std::uint8_t>(address.flags),
                      .ifa_scope = RT_SCOPE_LINK,
                      .ifa_index = address.interface});
    out.attribute(IFA_ADDRESS, address.address.octets());
    out.attribute_value(IFA_FLAGS, address.flags);
}

void put_neighbour(MessageBuilder& out, const NeighbourRecord& neighbour) {
    ndmsg header{};
    header.ndm_family = AF_INET6;
    header.ndm_ifindex = static_cast<int>(neighbour.interface);
    header.ndm_state = neighbour.state;
    out.put(header);
    out.attribute(NDA_DST, neighbour.ip.octets());
    if (neighbour.mac) out.attribute(NDA_LLADDR, neighbour.mac->octets());
}

void put_route(MessageBuilder& out, const RouteRecord& route) {
    rtmsg header{};
    header.rtm_family = AF_INET6;
    header.rtm_dst_len = static_cast<std::uint8_t>(route.to.length());
    header.rtm_src_len = static_cast<std::uint8_t>(route.from.length());
    header.rtm_protocol = route.protocol;
    header.rtm_type = route.type;
    out.put(header);
    out.attribute_value(RTA_TABLE, route.table);
    if (route.to.length() != 0) out.attribute(RTA_DST, route.to.address().octets());
    if (route.from.length() != 0) out.attribute(RTA_SRC, route.from.address().octets());
    if (route.via) out.attribute(RTA_GATEWAY, route.via->octets());
    if (route.interface != 0) out.attribute_value(RTA_OIF, route.interface);
    out.attribute_value(RTA_PRIORITY, route.metric);
    if (!route.segment) return;
    out.attribute_value(RTA_ENCAP_TYPE, std::uint16_t{LWTUNNEL_ENCAP_SEG6});
    const Nest encap(out, RTA_ENCAP);
    Writer srh;
    srh.put(std::array<std::uint8_t, 12>{1, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0});  // mode encap
    srh.put(route.segment->octets());
    out.attribute(SEG6_IPTUNNEL_SRH, srh.view());
}

void put_rule(MessageBuilder& out, const RuleRecord& rule) {
    fib_rule_hdr header{};
    header.family = AF_INET6;
    header.action = rule.action;
    header.src_len = static_cast<std::uint8_t>(rule.from.length());
    header.dst_len = static_cast<std::uint8_t>(rule.to.length());
    out.put(header);
    if (rule.from.length() != 0) out.attribute(FRA_SRC, rule.from.address().octets());
    if (rule.to.length() != 0) out.attribute(FRA_DST, rule.to.address().octets());
    out.attribute_value(FRA_PRIORITY, rule.priority);
    out.attribute_value(FRA_TABLE, rule.table);
    out.attribute_value(FRA_PROTOCOL, rule.protocol);
}

}  // namespace dmm::kernel
