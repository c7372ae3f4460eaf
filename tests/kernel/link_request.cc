#include "tests/kernel/link_request.h"

#include <array>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_parser.h"

namespace dmm::kernel {

std::optional<LinkRequest> decode_request(ByteView payload) {
    constexpr std::array<AttributeRule, 3> kPolicy{
        {{IFLA_AF_SPEC, 0, 0xffff}, {IFLA_IFALIAS, 0, 256}, {IFLA_GROUP, 4, 4}}};
    const auto header = take_header<ifinfomsg>(payload);
    const auto attributes = Attributes::parse(payload, kPolicy);
    if (!header || !attributes) return std::nullopt;
    LinkRequest out;
    out.has_group = attributes->find(IFLA_GROUP).has_value();
    out.has_families = attributes->find(IFLA_AF_SPEC).has_value();
    out.wants_up = (header->ifi_change & header->ifi_flags & IFF_UP) != 0;
    out.wants_down = (header->ifi_change & ~header->ifi_flags & IFF_UP) != 0;
    out.alias = attributes->text(IFLA_IFALIAS);
    return out;
}

}  // namespace dmm::kernel
