#include <array>
#include <cstring>
#include <type_traits>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>
#include <linux/ipv6.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <netinet/in.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"

namespace dmm::kernel {
namespace {

using Nest = MessageBuilder::Nest;
using Encoded = std::expected<void, EncodeError>;

constexpr std::uint16_t kRequest = NLM_F_REQUEST | NLM_F_ACK;
constexpr std::uint16_t kMake = kRequest | NLM_F_CREATE | NLM_F_EXCL;
constexpr std::uint16_t kMakeOrChange = kRequest | NLM_F_CREATE | NLM_F_REPLACE;
constexpr std::uint8_t kHopLimit = 64;

enum class Change : std::uint8_t { Add, Replace, Remove };

std::uint16_t flags_of(Change change) {
    switch (change) {
        case Change::Add:
            return kMake;
        case Change::Replace:
            return kMakeOrChange;
        case Change::Remove:
            return kRequest;
    }
    return kRequest;
}

Encoded finished(MessageBuilder& message) {
    if (message.finish()) return {};
    return std::unexpected(EncodeError{.fault = EncodeError::Fault::NoRoom, .interface = {}});
}

// Encodes one operation; each overload begins with the attributes it writes.
class Encoder {
public:
    Encoder(Bytes& out, std::uint32_t sequence, const InterfaceIndices& indices)
        : out_(out), sequence_(sequence), indices_(indices) {}

    Encoded operator()(const Add& add) const { return encode_object(Change::Add, add.object); }

    Encoded operator()(const Replace& replace) const {
        return encode_object(Change::Replace, replace.object);
    }

    Encoded operator()(const Remove& remove) const {
        return encode_object(Change::Remove, remove.object);
    }

    // GROUP, IFALIAS, AF_SPEC{AF_INET6{ADDR_GEN_MODE}}
    Encoded operator()(const SettleLink& settle) const {
        return change_link(RTM_SETLINK, settle.link.name, 0, [](MessageBuilder& message) {
            message.attribute_value(IFLA_GROUP, kLiveGroup);
            message.attribute_text(IFLA_IFALIAS, kLinkAlias);
            const Nest families(message, IFLA_AF_SPEC);
            const Nest inet6(message, AF_INET6);
            message.attribute_value(IFLA_INET6_ADDR_GEN_MODE,
                                    static_cast<std::uint8_t>(IN6_ADDR_GEN_MODE_NONE));
        });
    }

    Encoded operator()(const RaiseLink& raise) const {
        return change_link(RTM_SETLINK, raise.link.name, IFF_UP, [](MessageBuilder&) {});
    }

    // GROUP
    Encoded operator()(const CondemnLink& condemn) const {
        return change_link(RTM_SETLINK, condemn.link.name, 0, [](MessageBuilder& message) {
            message.attribute_value(IFLA_GROUP, kCondemnedGroup);
        });
    }

    // GROUP
    Encoded operator()(const SweepGroup& sweep) const {
        MessageBuilder message(out_, RTM_DELLINK, kRequest, sequence_);
        message.put(ifinfomsg{});
        message.attribute_value(IFLA_GROUP, sweep.group);
        return finished(message);
    }

private:
    [[nodiscard]] Encoded encode_object(Change change, const Object& object) const {
        return std::visit([&](const auto& it) { return encode_one(change, it); }, object);
    }

    // Looks `name` up; "" is found as 0, "none".
    [[nodiscard]] std::expected<std::uint32_t, EncodeError> index(const std::string& name) const {
        if (name.empty()) return 0;
        const auto at = indices_.find(name);
        if (at != indices_.end()) return at->second;
        return std::unexpected(
            EncodeError{.fault = EncodeError::Fault::NoInterface, .interface = name});
    }

    template <typename Fill>
    [[nodiscard]] Encoded change_link(std::uint16_t type,
                                      const std::string& name,
                                      std::uint32_t set_flags,
                                      const Fill& fill) const {
        const auto interface = index(name);
        if (!interface) return std::unexpected(interface.error());
        MessageBuilder message(out_, type, kRequest, sequence_);
        ifinfomsg header{};
        header.ifi_index = static_cast<int>(*interface);
        header.ifi_flags = set_flags;
        header.ifi_change = set_flags;
        message.put(header);
        fill(message);
        return finished(message);
    }

    // IFNAME, GROUP, [MTU], macvlan: LINK, ADDRESS; LINKINFO{INFO_KIND, INFO_DATA{...}}
    [[nodiscard]] Encoded encode_one(Change change, const Link& link) const {
        if (change == Change::Replace) {
            return std::unexpected(
                EncodeError{.fault = EncodeError::Fault::NotSupported, .interface = {}});
        }
        if (change == Change::Remove) {
            return change_link(RTM_DELLINK, link.name, 0, [](MessageBuilder&) {});
        }
        const auto* macvlan = std::get_if<Macvlan>(&link.kind);
        const auto own = index(link.name);
        if (!own) return std::unexpected(own.error());
        const auto below = index(
            macvlan != nullptr ? macvlan->lower : std::get<Ip6Tunnel>(link.kind).core_interface);
        if (!below) return std::unexpected(below.error());

        MessageBuilder message(out_, RTM_NEWLINK, kMake, sequence_);
        ifinfomsg header{};
        header.ifi_index = static_cast<int>(*own);
        message.put(header);
        message.attribute_text(IFLA_IFNAME, link.name);
        message.attribute_value(IFLA_GROUP, link.group);
        if (link.mtu != 0) message.attribute_value(IFLA_MTU, link.mtu);
        if (macvlan != nullptr) {
            message.attribute_value(IFLA_LINK, *below);
            message.attribute(IFLA_ADDRESS, macvlan->mac.octets());
            put_macvlan(message);
        } else {
            put_tunnel(message, std::get<Ip6Tunnel>(link.kind), *below);
        }
        return finished(message);
    }

    static void put_macvlan(MessageBuilder& message) {
        const Nest info(message, IFLA_LINKINFO);
        message.attribute_text(IFLA_INFO_KIND, "macvlan");
        const Nest data(message, IFLA_INFO_DATA);
        message.attribute_value(IFLA_MACVLAN_MODE,
                                static_cast<std::uint32_t>(MACVLAN_MODE_PRIVATE));
    }

    static void put_tunnel(MessageBuilder& message, const Ip6Tunnel& tunnel, std::uint32_t below) {
        const Nest info(message, IFLA_LINKINFO);
        message.attribute_text(IFLA_INFO_KIND, "ip6tnl");
        const Nest data(message, IFLA_INFO_DATA);
        message.attribute(IFLA_IPTUN_LOCAL, tunnel.local.octets());
        message.attribute(IFLA_IPTUN_REMOTE, tunnel.remote.octets());
        if (below != 0) message.attribute_value(IFLA_IPTUN_LINK, below);
        message.attribute_value(IFLA_IPTUN_TTL, kHopLimit);
        message.attribute_value(IFLA_IPTUN_PROTO, static_cast<std::uint8_t>(IPPROTO_IPV6));
        // The encapsulation limit option would cost 8 octets of every packet.
        message.attribute_value(
            IFLA_IPTUN_FLAGS,
            static_cast<std::uint32_t>(IP6_TNL_F_IGN_ENCAP_LIMIT | IP6_TNL_F_USE_ORIG_TCLASS |
                                       IP6_TNL_F_RCV_DSCP_COPY));
    }

    // LOCAL, FLAGS
    [[nodiscard]] Encoded encode_one(Change change, const Address& address) const {
        const auto interface = index(address.link);
        if (!interface) return std::unexpected(interface.error());
        MessageBuilder message(out_,
                               change == Change::Remove ? RTM_DELADDR : RTM_NEWADDR,
                               flags_of(change),
                               sequence_);
        message.put(ifaddrmsg{.ifa_family = AF_INET6,
                              .ifa_prefixlen = kLinkLocalPrefixLength,
                              .ifa_flags = IFA_F_NODAD,
                              .ifa_scope = RT_SCOPE_LINK,
                              .ifa_index = *interface});
        message.attribute(IFA_LOCAL, address.address.octets());
        message.attribute_value(IFA_FLAGS, static_cast<std::uint32_t>(IFA_F_NODAD));
        return finished(message);
    }

    // DST, LLADDR. An entry that traffic has made is taken over, so Add replaces too.
    [[nodiscard]] Encoded encode_one(Change change, const Neighbour& neighbour) const {
        const auto interface = index(neighbour.link);
        if (!interface) return std::unexpected(interface.error());
        const bool remove = change == Change::Remove;
        MessageBuilder message(out_,
                               remove ? RTM_DELNEIGH : RTM_NEWNEIGH,
                               remove ? kRequest : kMakeOrChange,
                               sequence_);
        ndmsg header{};
        header.ndm_family = AF_INET6;
        header.ndm_ifindex = static_cast<int>(*interface);
        header.ndm_state = NUD_PERMANENT;
        message.put(header);
        message.attribute(NDA_DST, neighbour.ip.octets());
        if (!remove) message.attribute(NDA_LLADDR, neighbour.mac.octets());
        return finished(message);
    }

    // PRIORITY, TABLE, PROTOCOL, [SRC], [DST]. Add only: the kernel replaces no rule.
    [[nodiscard]] Encoded encode_one(Change change, const Rule& rule) const {
        MessageBuilder message(out_,
                               change == Change::Remove ? RTM_DELRULE : RTM_NEWRULE,
                               flags_of(change),
                               sequence_);
        fib_rule_hdr header{};
        header.family = AF_INET6;
        header.src_len = static_cast<std::uint8_t>(rule.from.length());
        header.dst_len = static_cast<std::uint8_t>(rule.to.length());
        header.action = FR_ACT_TO_TBL;
        message.put(header);
        message.attribute_value(FRA_PRIORITY, rule.priority);
        message.attribute_value(FRA_TABLE, rule.table);
        message.attribute_value(FRA_PROTOCOL, kRouteProtocol);
        if (rule.from.length() != 0) message.attribute(FRA_SRC, rule.from.address().octets());
        if (rule.to.length() != 0) message.attribute(FRA_DST, rule.to.address().octets());
        return finished(message);
    }

    // ENCAP_TYPE, ENCAP{SEG6_IPTUNNEL_SRH}: a routing header (RFC 8754 section 2) whose one segment
    // is the last one. Only by it a receiver unwraps what comes for an address of its own.
    static void put_segment(MessageBuilder& message, const Ip6Address& segment) {
        constexpr std::uint8_t kOneSegment = 2;  // in units of 8 octets, without the first
        message.attribute_value(RTA_ENCAP_TYPE, std::uint16_t{LWTUNNEL_ENCAP_SEG6});
        const Nest encap(message, RTA_ENCAP);

        struct {
            int mode;
            std::array<std::uint8_t, 8> header;
            std::array<std::uint8_t, 16> segment;
        } srh{SEG6_IPTUN_MODE_ENCAP, {0, kOneSegment, IPV6_SRCRT_TYPE_4}, segment.octets()};

        message.attribute_value(SEG6_IPTUNNEL_SRH, srh);
    }

    // TABLE, [DST], [SRC], [GATEWAY], [ENCAP...], [OIF]
    [[nodiscard]] Encoded encode_one(Change change, const Route& route) const {
        const bool thrown = route.dev.empty();
        // Of an interface of others that is gone nobody knows the index, and none is needed.
        const bool anywhere = thrown || (route.segment && change == Change::Remove);
        const auto interface = index(anywhere ? std::string() : route.dev);
        if (!interface) return std::unexpected(interface.error());
        MessageBuilder message(out_,
                               change == Change::Remove ? RTM_DELROUTE : RTM_NEWROUTE,
                               flags_of(change),
                               sequence_);
        rtmsg header{};
        header.rtm_family = AF_INET6;
        header.rtm_dst_len = static_cast<std::uint8_t>(route.to.length());
        header.rtm_src_len = static_cast<std::uint8_t>(route.from.length());
        header.rtm_protocol = kRouteProtocol;
        header.rtm_scope = RT_SCOPE_UNIVERSE;
        header.rtm_type = thrown ? RTN_THROW : RTN_UNICAST;
        message.put(header);
        message.attribute_value(RTA_TABLE, route.table);
        if (route.to.length() != 0) message.attribute(RTA_DST, route.to.address().octets());
        if (route.from.length() != 0) message.attribute(RTA_SRC, route.from.address().octets());
        if (route.via) message.attribute(RTA_GATEWAY, route.via->octets());
        if (route.segment && change != Change::Remove) put_segment(message, *route.segment);
        if (!anywhere) message.attribute_value(RTA_OIF, *interface);
        return finished(message);
    }

    Bytes& out_;
    std::uint32_t sequence_;
    const InterfaceIndices& indices_;
};

constexpr std::uint16_t kDump = NLM_F_REQUEST | NLM_F_DUMP;
// Interface statistics are large and of no use here.
constexpr std::uint32_t kNoStatistics = RTEXT_FILTER_SKIP_STATS;

}  // namespace

std::expected<void, EncodeError> encode(Bytes& out,
                                        const Operation& operation,
                                        std::uint32_t sequence,
                                        const InterfaceIndices& indices) {
    return std::visit(Encoder(out, sequence, indices), operation);
}

Bytes encode_link_query(const std::string& name, std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETLINK, NLM_F_REQUEST, sequence);
    message.put(ifinfomsg{});
    message.attribute_text(IFLA_IFNAME, name);
    message.attribute_value(IFLA_EXT_MASK, kNoStatistics);
    (void)message.finish();  // a name that does not fit leaves no request, hence no answer
    return out;
}

Bytes encode_link_dump(std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETLINK, kDump, sequence);
    message.put(ifinfomsg{});
    message.attribute_value(IFLA_EXT_MASK, kNoStatistics);
    (void)message.finish();  // always fits
    return out;
}

Bytes encode_address_dump(std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETADDR, kDump, sequence);
    ifaddrmsg header{};
    header.ifa_family = AF_INET6;
    message.put(header);
    (void)message.finish();  // always fits
    return out;
}

Bytes encode_neighbour_dump(std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETNEIGH, kDump, sequence);
    ndmsg header{};
    header.ndm_family = AF_INET6;
    message.put(header);
    (void)message.finish();  // always fits
    return out;
}

// DST
Bytes encode_neighbour_query(std::uint32_t interface,
                             const Ip6Address& ip,
                             std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETNEIGH, NLM_F_REQUEST, sequence);
    ndmsg header{};
    header.ndm_family = AF_INET6;
    header.ndm_ifindex = static_cast<int>(interface);
    message.put(header);
    message.attribute(NDA_DST, ip.octets());
    (void)message.finish();  // always fits
    return out;
}

Bytes encode_rule_dump(std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETRULE, kDump, sequence);
    fib_rule_hdr header{};
    header.family = AF_INET6;
    message.put(header);
    (void)message.finish();  // always fits
    return out;
}

Bytes encode_route_dump(std::uint32_t table, std::uint8_t protocol, std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETROUTE, kDump, sequence);
    rtmsg header{};
    header.rtm_family = AF_INET6;
    header.rtm_protocol = protocol;
    message.put(header);
    if (table != 0) message.attribute_value(RTA_TABLE, table);
    (void)message.finish();  // always fits
    return out;
}

Bytes encode_route_query(const Ip6Address& to, std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, RTM_GETROUTE, NLM_F_REQUEST, sequence);
    rtmsg header{};
    header.rtm_family = AF_INET6;
    header.rtm_dst_len = 128;
    message.put(header);
    message.attribute(RTA_DST, to.octets());
    (void)message.finish();  // always fits
    return out;
}

}  // namespace dmm::kernel
