// The surroundings of a driver under test, made and looked at through the same Transport:
// access interfaces, objects of others, dumps and route look-ups. Works alike on the fake
// and on a real network namespace.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "lib/kernel/channel.h"
#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/transport.h"

namespace dmm::kernel {

class World {
public:
    explicit World(Transport& transport) : transport_(transport), channel_(transport) {}

    [[nodiscard]] Channel& channel() { return channel_; }

    // An interface of somebody else's, up. Each returns an errno, 0 when done.
    [[nodiscard]] int add_interface(const std::string& name,
                                    const std::string& kind = "ifb",
                                    std::uint32_t group = 0) {
        return change(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, [&](MessageBuilder& out) {
            ifinfomsg header{};
            header.ifi_flags = IFF_UP;
            header.ifi_change = IFF_UP;
            out.put(header);
            out.attribute_text(IFLA_IFNAME, name);
            if (group != 0) out.attribute_value(IFLA_GROUP, group);
            const MessageBuilder::Nest info(out, IFLA_LINKINFO);
            out.attribute_text(IFLA_INFO_KIND, kind);
        });
    }

    [[nodiscard]] int delete_interface(const std::string& name) {
        return change(RTM_DELLINK, 0, [&](MessageBuilder& out) {
            out.put(ifinfomsg{});
            out.attribute_text(IFLA_IFNAME, name);
        });
    }

    [[nodiscard]] int set_interface(const std::string& name, bool up) {
        return change(RTM_NEWLINK, 0, [&](MessageBuilder& out) {
            ifinfomsg header{};
            if (up) header.ifi_flags = IFF_UP;
            header.ifi_change = IFF_UP;
            out.put(header);
            out.attribute_text(IFLA_IFNAME, name);
        });
    }

    // Does away with an object, whosever it is.
    [[nodiscard]] int remove(const Object& object) {
        InterfaceIndices indices;
        for (const LinkRecord& each : channel_.links().value_or(std::vector<LinkRecord>{}))
            indices[each.name] = each.index;
        const auto refused = channel_.perform_one(Remove{object}, indices);
        return refused ? refused->code : 0;
    }

    [[nodiscard]] int add_route(const RouteRecord& route) {
        return change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, [&](MessageBuilder& out) {
            rtmsg header{};
            header.rtm_family = AF_INET6;
            header.rtm_dst_len = static_cast<std::uint8_t>(route.to.length());
            header.rtm_protocol = route.protocol;
            header.rtm_type = RTN_UNICAST;
            out.put(header);
            out.attribute_value(RTA_TABLE, route.table);
            if (route.to.length() != 0) {
                out.attribute(RTA_DST, route.to.address().octets());
            }
            out.attribute_value(RTA_OIF, route.interface);
        });
    }

    [[nodiscard]] int add_rule(const RuleRecord& rule) {
        return change(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, [&](MessageBuilder& out) {
            fib_rule_hdr header{};
            header.family = AF_INET6;
            header.action = FR_ACT_TO_TBL;
            out.put(header);
            out.attribute_value(FRA_PRIORITY, rule.priority);
            out.attribute_value(FRA_TABLE, rule.table);
            out.attribute_value(FRA_PROTOCOL, rule.protocol);
        });
    }

    [[nodiscard]] std::optional<LinkRecord> link(const std::string& name) {
        auto found = channel_.link(name);
        if (!found) return std::nullopt;
        return *std::move(found);
    }

    [[nodiscard]] std::vector<AddressRecord> addresses(std::uint32_t interface) {
        std::vector<AddressRecord> out;
        ask(
            RTM_GETADDR,
            NLM_F_DUMP,
            [](MessageBuilder& message) {
                ifaddrmsg header{};
                header.ifa_family = AF_INET6;
                message.put(header);
            },
            [&](const Message& message) {
                const auto record = decode_address(message.payload);
                if (record && record->interface == interface) out.push_back(*record);
            });
        return out;
    }

    [[nodiscard]] std::vector<NeighbourRecord> neighbours(std::uint32_t interface) {
        std::vector<NeighbourRecord> out;
        ask(
            RTM_GETNEIGH,
            NLM_F_DUMP,
            [](MessageBuilder& message) {
                ndmsg header{};
                header.ndm_family = AF_INET6;
                message.put(header);
            },
            [&](const Message& message) {
                const auto record = decode_neighbour(message.payload);
                const bool counts = record && record->interface == interface &&
                                    (record->state & NUD_PERMANENT) != 0;
                if (counts) out.push_back(*record);
            });
        return out;
    }

    // All routes and rules that carry our protocol number.
    [[nodiscard]] std::vector<RouteRecord> our_routes() {
        return channel_.routes(0, kRouteProtocol).value_or(std::vector<RouteRecord>{});
    }

    [[nodiscard]] std::vector<RuleRecord> our_rules() {
        auto rules = channel_.rules().value_or(std::vector<RuleRecord>{});
        std::erase_if(rules, [](const RuleRecord& r) { return r.protocol != kRouteProtocol; });
        return rules;
    }

    [[nodiscard]] std::size_t our_links() {
        const auto links = channel_.links().value_or(std::vector<LinkRecord>{});
        return static_cast<std::size_t>(std::ranges::count_if(links, [](const LinkRecord& l) {
            return l.alias == kLinkAlias || l.group == kCondemnedGroup;
        }));
    }

    // Where a packet that came in by `in` would go.
    [[nodiscard]] std::optional<RouteRecord> lookup(const Ip6Address& to,
                                                    const Ip6Address& from,
                                                    std::uint32_t in) {
        std::optional<RouteRecord> out;
        ask(
            RTM_GETROUTE,
            0,
            [&](MessageBuilder& message) {
                rtmsg header{};
                header.rtm_family = AF_INET6;
                header.rtm_dst_len = 128;
                header.rtm_src_len = 128;
                message.put(header);
                message.attribute(RTA_DST, to.octets());
                message.attribute(RTA_SRC, from.octets());
                message.attribute_value(RTA_IIF, in);
            },
            [&](const Message& message) {
                if (message.type == RTM_NEWROUTE) out = decode_route(message.payload);
            });
        return out;
    }

private:
    // Far from those of the driver's channel.
    static constexpr std::uint32_t kFirstSequence = 0x7000'0000;

    template <typename Fill, typename Visit>
    int ask(std::uint16_t type, std::uint16_t flags, const Fill& fill, const Visit& visit) {
        const std::uint32_t sequence = next_sequence_++;
        Bytes request;
        MessageBuilder message(
            request, type, static_cast<std::uint16_t>(NLM_F_REQUEST | flags), sequence);
        fill(message);
        if (!message.finish()) return EMSGSIZE;
        if (const auto sent = transport_.send(request); !sent) return sent.error();
        while (true) {
            const auto datagram = transport_.receive();
            if (!datagram) return datagram.error();
            ByteView rest = *datagram;
            while (const auto answer = next_message(rest)) {
                if (answer->sequence != sequence) continue;
                if (const auto ack = decode_ack(*answer)) return ack->code;
                visit(*answer);
                if ((answer->flags & NLM_F_MULTI) == 0) return 0;
            }
        }
    }

    template <typename Fill>
    int change(std::uint16_t type, int flags, const Fill& fill) {
        return ask(
            type, static_cast<std::uint16_t>(NLM_F_ACK | flags), fill, [](const Message&) {});
    }

    Transport& transport_;
    Channel channel_;
    std::uint32_t next_sequence_ = kFirstSequence;
};

}  // namespace dmm::kernel
