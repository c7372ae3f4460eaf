#include "lib/kernel/operation.h"

#include <string_view>
#include <type_traits>

namespace dmm::kernel {
namespace {

std::string group_text(std::uint32_t group) {
    return group == kLiveGroup ? "default" : std::to_string(group);
}

std::string kind_text(const Link& link) {
    if (std::holds_alternative<Macvlan>(link.kind)) return " type macvlan mode private";
    const auto& tunnel = std::get<Ip6Tunnel>(link.kind);
    std::string text = " type ip6tnl mode ip6ip6 local " + to_text(tunnel.local) + " remote " +
                       to_text(tunnel.remote);
    if (!tunnel.core_interface.empty()) text += " dev " + tunnel.core_interface;
    return text + " encaplimit none hoplimit 64 tclass inherit dscp inherit";
}

// Prints an object behind a verb of `ip`: "add", "replace" or "del".
struct ObjectText {
    std::string_view verb;

    std::string operator()(const Link& link) const {
        if (verb == "del") return "ip link del dev " + link.name;
        std::string text = "ip link add " + link.name;
        if (const auto* macvlan = std::get_if<Macvlan>(&link.kind)) {
            text += " link " + macvlan->lower + " address " + to_text(macvlan->mac);
        }
        if (link.mtu != 0) text += " mtu " + std::to_string(link.mtu);
        if (link.group != kLiveGroup) text += " group " + group_text(link.group);
        return text + kind_text(link);
    }

    std::string operator()(const Address& address) const {
        return start("addr") + to_text(address.address) + '/' +
               std::to_string(kLinkLocalPrefixLength) + " dev " + address.link +
               (verb == "del" ? "" : " nodad");
    }

    std::string operator()(const Neighbour& neighbour) const {
        return start("neigh") + to_text(neighbour.ip) +
               (verb == "del" ? std::string() : " lladdr " + to_text(neighbour.mac)) + " dev " +
               neighbour.link + (verb == "del" ? "" : " nud permanent");
    }

    std::string operator()(const Rule& rule) const {
        std::string text = start("rule") + "pref " + std::to_string(rule.priority);
        if (rule.from.length() != 0) text += " from " + to_text(rule.from);
        if (rule.to.length() != 0) text += " to " + to_text(rule.to);
        return text + " lookup " + std::to_string(rule.table) + " protocol " +
               std::to_string(kRouteProtocol);
    }

    std::string operator()(const Route& route) const {
        std::string text = start("route") + (route.dev.empty() ? "throw " : "") +
                           (route.to.length() == 0 ? "default" : to_text(route.to));
        if (route.from.length() != 0) text += " from " + to_text(route.from);
        if (route.via) text += " via " + to_text(*route.via);
        if (route.segment && verb != "del") {
            text += " encap seg6 mode encap segs " + to_text(*route.segment);
        }
        if (!route.dev.empty() && !(route.segment && verb == "del")) text += " dev " + route.dev;
        if (route.table != kMainTable) text += " table " + std::to_string(route.table);
        return text + " proto " + std::to_string(kRouteProtocol);
    }

private:
    [[nodiscard]] std::string start(std::string_view what) const {
        std::string text = "ip -6 ";
        text += what;
        text += ' ';
        text += verb;
        return text + ' ';
    }
};

struct OperationText {
    std::string operator()(const Add& add) const {
        return std::visit(ObjectText{.verb = "add"}, add.object);
    }

    std::string operator()(const Replace& replace) const {
        return std::visit(ObjectText{.verb = "replace"}, replace.object);
    }

    std::string operator()(const Remove& remove) const {
        return std::visit(ObjectText{.verb = "del"}, remove.object);
    }

    std::string operator()(const SettleLink& settle) const {
        return "ip link set dev " + settle.link.name + " group " + group_text(kLiveGroup) +
               " alias " + std::string(kLinkAlias) + " addrgenmode none";
    }

    std::string operator()(const RaiseLink& raise) const {
        return "ip link set dev " + raise.link.name + " up";
    }

    std::string operator()(const CondemnLink& condemn) const {
        return "ip link set dev " + condemn.link.name + " group " + group_text(kCondemnedGroup);
    }

    std::string operator()(const SweepGroup& sweep) const {
        return "ip link del group " + std::to_string(sweep.group);
    }
};

}  // namespace

std::optional<Object> object_of(const Operation& operation) {
    return std::visit(
        [](const auto& it) -> std::optional<Object> {
            using T = std::decay_t<decltype(it)>;
            if constexpr (std::is_same_v<T, SweepGroup>) {
                return std::nullopt;
            } else if constexpr (requires { it.object; }) {
                return it.object;
            } else {
                return it.link;
            }
        },
        operation);
}

std::string to_text(const Operation& operation) {
    return std::visit(OperationText{}, operation);
}

}  // namespace dmm::kernel
