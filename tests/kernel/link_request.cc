#include "tests/kernel/link_request.h"

#include <array>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_parser.h"

namespace dmm::kernel {

std::optional<LinkRequest> decode_request(ByteView payload) {
    constexpr std::array<AttributeRule, 4> kPolicy{{{IFLA_LINKINFO, 0, 0xffff},
                                                    {IFLA_AF_SPEC, 0, 0xffff},
                                                    {IFLA_IFALIAS, 0, 256},
                                                    {IFLA_GROUP, 4, 4}}};
    constexpr std::array<AttributeRule, 1> kInfo{{{IFLA_INFO_DATA, 0, 0xffff}}};
    constexpr std::array<AttributeRule, 2> kData{
        {{IFLA_MACVLAN_MACADDR_MODE, 4, 4}, {IFLA_MACVLAN_MACADDR, 6, 6}}};
    const auto header = take_header<ifinfomsg>(payload);
    const auto attributes = Attributes::parse(payload, kPolicy);
    if (!header || !attributes) return std::nullopt;
    LinkRequest out;
    out.has_group = attributes->find(IFLA_GROUP).has_value();
    out.has_families = attributes->find(IFLA_AF_SPEC).has_value();
    out.wants_up = (header->ifi_change & header->ifi_flags & IFF_UP) != 0;
    out.wants_down = (header->ifi_change & ~header->ifi_flags & IFF_UP) != 0;
    out.alias = attributes->text(IFLA_IFALIAS);
    const auto info = attributes->find(IFLA_LINKINFO);
    if (!info) return out;
    const auto inner = Attributes::parse(*info, kInfo);
    if (!inner || !inner->find(IFLA_INFO_DATA)) return out;
    const auto data = Attributes::parse(*inner->find(IFLA_INFO_DATA), kData);
    if (!data) return out;
    out.source_command = data->value<std::uint32_t>(IFLA_MACVLAN_MACADDR_MODE);
    const auto source = data->find(IFLA_MACVLAN_MACADDR);
    if (source) out.source = LinkLayerAddress::from(*source);
    return out;
}

}  // namespace dmm::kernel
