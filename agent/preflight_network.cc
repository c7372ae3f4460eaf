// Of the checks in preflight.h, those of interfaces, routes and what stands at them.
#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "agent/preflight.h"
#include "agent/tunnel_mtu.h"
#include "lib/base/text.h"
#include "lib/model/limits.h"

namespace dmm::agent::preflight {
namespace {

Finding make(std::string name, Severity severity, std::string found, std::string remedy = "") {
    return {.name = std::move(name),
            .severity = severity,
            .found = std::move(found),
            .remedy = std::move(remedy)};
}

// With slashes where the interface's name holds a dot, as sysctl(8) wants it.
std::string set_sysctl(const std::string& interface, const std::string& key, int value) {
    const char dot = interface.find('.') == std::string::npos ? '.' : '/';
    std::string path = "net.ipv6.conf.";
    std::ranges::replace(path, '.', dot);
    return "sysctl -w " + path + interface + dot + key + '=' + std::to_string(value);
}

// The first few, and how many more.
std::string listed(const std::vector<std::string>& words) {
    constexpr std::size_t kMost = 4;
    std::string out;
    for (std::size_t i = 0; i < std::min(words.size(), kMost); ++i) {
        if (i > 0) out += ", ";
        out += words[i];
    }
    if (words.size() > kMost) out += " and " + std::to_string(words.size() - kMost) + " more";
    return out;
}

// A router hears Router Advertisements only where accept_ra is 2.
bool hears_adverts(const InterfaceFacts& interface) {
    const int accept = interface.accept_ra.value_or(0);
    return accept == 2 || (accept == 1 && interface.forwarding == 0);
}

// Nodes that may be here at the same time.
std::uint64_t most_nodes(const MaarSettings& maar) {
    constexpr unsigned kNodePrefix = 64;
    const unsigned bits =
        maar.pool.length() < kNodePrefix ? std::min(kNodePrefix - maar.pool.length(), 32U) : 0;
    return std::min<std::uint64_t>(std::uint64_t{1} << bits, limits::kMaarSessions);
}

Finding narrow_core(const InterfaceFacts& core, std::uint32_t tunnel_octets) {
    return make(
        "mtu",
        Severity::Error,
        core.name + " has MTU " + std::to_string(core.mtu) + ", which leaves less than " +
            std::to_string(kLeastMtu) + " in a tunnel",
        "ip link set dev " + core.name + " mtu " + std::to_string(kLeastMtu + tunnel_octets));
}

}  // namespace

Finding core_interface(const HostFacts& facts, const MaarSettings& maar) {
    const char* const name = "core_interface";
    const InterfaceFacts& core = facts.core;
    if (maar.core_interface.empty()) {
        return make(name,
                    Severity::Ok,
                    core.name.empty() ? "none is configured; tunnels are bound to none"
                                      : "none is configured; the CMD is reached by " + core.name);
    }
    if (!core.present) {
        return make(name,
                    Severity::Error,
                    "no interface " + quoted(core.name),
                    R"(set "core_interface" to one of: ip -br link)");
    }
    if (!core.up) {
        return make(
            name, Severity::Error, core.name + " is down", "ip link set dev " + core.name + " up");
    }
    return make(name, Severity::Ok, core.name + " is up");
}

Finding access_links(const HostFacts& facts, const MaarSettings& /*maar*/) {
    std::vector<std::string> absent;
    std::vector<std::string> down;
    std::vector<std::string> up;
    for (const InterfaceFacts& link : facts.access) {
        auto& here = link.up ? up : down;
        (link.present ? here : absent).push_back(link.name);
    }
    if (!absent.empty()) {
        return make("access_links",
                    Severity::Warning,
                    "no interface " + listed(absent) + "; it is waited for",
                    "ip -br link shows those there are; name them in \"access_links\"");
    }
    if (!down.empty()) {
        return make("access_links",
                    Severity::Warning,
                    listed(down) + (down.size() == 1 ? " is down" : " are down"),
                    "ip link set dev " + down.front() + " up");
    }
    return make("access_links", Severity::Ok, listed(up) + (up.size() == 1 ? " is up" : " are up"));
}

Finding forwarding(const HostFacts& facts) {
    if (!facts.forwarding) {
        return make("forwarding",
                    Severity::Unseen,
                    "net.ipv6.conf.all.forwarding cannot be read",
                    "sysctl net.ipv6.conf.all.forwarding");
    }
    if (!*facts.forwarding) {
        return make("forwarding",
                    Severity::Error,
                    "this host forwards nothing",
                    set_sysctl("all", "forwarding", 1));
    }
    std::vector<InterfaceFacts> interfaces = facts.access;
    interfaces.insert(interfaces.begin(), facts.core);
    for (const InterfaceFacts& interface : interfaces) {
        // RFC 4861 section 7.2.4: there this host would not call itself a router.
        if (interface.present && interface.forwarding == 0) {
            return make("forwarding",
                        Severity::Warning,
                        interface.name + " behaves as that of a host, though others forward",
                        set_sysctl(interface.name, "forwarding", 1));
        }
    }
    return make("forwarding", Severity::Ok, "is on");
}

Finding seg6(const HostFacts& facts, const MaarSettings& maar) {
    const char* const name = "seg6";
    std::vector<std::string> off;
    std::string remedy;
    const auto look = [&](const std::string& interface, bool enabled) {
        if (enabled) return;
        off.push_back("net.ipv6.conf." + interface + ".seg6_enabled");
        if (!remedy.empty()) remedy += "; ";
        remedy += set_sysctl(interface, "seg6_enabled", 1);
    };
    if (!facts.seg6_enabled || (facts.core.present && !facts.core.seg6_enabled)) {
        return make(name,
                    Severity::Unseen,
                    "net.ipv6.conf.*.seg6_enabled cannot be read",
                    "sysctl net.ipv6.conf.all.seg6_enabled");
    }
    look("all", *facts.seg6_enabled);
    look(maar.core_interface, facts.core.seg6_enabled.value_or(1) != 0);
    if (off.empty()) return make(name, Severity::Ok, "is enabled where tunnels end");
    return make(name,
                Severity::Error,
                listed(off) + (off.size() == 1 ? " is" : " are") +
                    " 0, so what comes through tunnels is dropped",
                remedy);
}

Finding core_adverts(const HostFacts& facts) {
    const InterfaceFacts& core = facts.core;
    const char* const name = "core_adverts";
    if (!core.present || !core.accept_ra) {
        return make(name, Severity::Unseen, "the core interface's settings cannot be read");
    }
    const std::string value =
        "accept_ra of " + core.name + " is " + std::to_string(*core.accept_ra);
    const std::string remedy = set_sysctl(core.name, "accept_ra", 2);
    const bool has_default = facts.default_way && !facts.default_way->interface.empty();
    // Not hears_adverts(): this host is to forward, if it does not yet.
    if (core.accept_ra == 2) {
        return make(name, Severity::Ok, value + ": Router Advertisements are heard");
    }
    if (has_default && facts.default_way->from_advert &&
        facts.default_way->interface == core.name) {
        return make(name,
                    Severity::Error,
                    value +
                        ": a router does not hear them, and the default route, which came "
                        "from one, is going to expire",
                    remedy);
    }
    if (!has_default) {
        return make(name,
                    Severity::Warning,
                    value + ": Router Advertisements are not heard, and there is no default route",
                    remedy + ", or: ip -6 route add default via ROUTER dev " + core.name);
    }
    return make(name, Severity::Ok, value + ", and the default route needs none");
}

Finding access_adverts(const HostFacts& facts) {
    std::vector<std::string> hearing;
    std::string remedy;
    for (const InterfaceFacts& link : facts.access) {
        if (!link.present || !hears_adverts(link)) continue;
        hearing.push_back(link.name);
        if (!remedy.empty()) remedy += "; ";
        remedy += set_sysctl(link.name, "accept_ra", 0);
    }
    if (hearing.empty()) {
        return make("access_adverts", Severity::Ok, "no node's Router Advertisement is believed");
    }
    return make("access_adverts",
                Severity::Warning,
                "a node on " + listed(hearing) + " could become this router's default route",
                remedy);
}

Finding peers(const HostFacts& facts, const Settings& settings) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    if (facts.routing_fault) {
        return make("peers",
                    Severity::Unseen,
                    "the ways to them cannot be asked for: " + *facts.routing_fault,
                    "ip -6 route get PEER");
    }
    std::vector<std::string> unreachable;
    std::vector<std::string> elsewhere;
    for (const WayFacts& way : facts.peers) {
        const std::string to = to_text(way.to);
        if (way.local) {
            // A CMD and a MAAR may share a host.
            if (maar == nullptr || way.to == maar->cmd) continue;
            return make("peers",
                        Severity::Error,
                        to + " is an address of this host",
                        "configure the address of another router there");
        }
        if (way.interface.empty()) unreachable.push_back(to);
        const bool bound = maar != nullptr && !maar->core_interface.empty();
        if (bound && !way.interface.empty() && way.interface != maar->core_interface) {
            elsewhere.push_back(to + " (by " + way.interface + ')');
        }
    }
    if (!unreachable.empty()) {
        const std::string dev = facts.core.name.empty() ? "INTERFACE" : facts.core.name;
        return make("peers",
                    Severity::Error,
                    "no route to " + listed(unreachable),
                    "ip -6 route add " + unreachable.front() + "/128 via ROUTER dev " + dev);
    }
    if (!elsewhere.empty()) {
        return make(
            "peers",
            Severity::Warning,
            "not reached by the core interface " + maar->core_interface + ": " + listed(elsewhere),
            "ip -6 route get PEER shows why; tunnels leave by the core interface");
    }
    return make(
        "peers", Severity::Ok, "there is a route to each of " + std::to_string(facts.peers.size()));
}

Finding routing_table(const HostFacts& facts, const MaarSettings& maar) {
    if (!facts.others.empty()) {
        return make("routing_table",
                    Severity::Error,
                    listed(facts.others),
                    R"(give another "table" and "rule_priority", or see: ip -6 rule; )"
                    "ip -6 route show table " +
                        std::to_string(maar.table) + "; ip -br link");
    }
    if (facts.routing_fault) {
        return make("routing_table", Severity::Unseen, *facts.routing_fault, "ip -6 rule");
    }
    return make("routing_table",
                Severity::Ok,
                "nobody else uses table " + std::to_string(maar.table) + ", rule priority " +
                    std::to_string(maar.rule_priority) + " or names of ours");
}

Finding reverse_path(const HostFacts& facts) {
    const char* const name = "reverse_path";
    if (!facts.filter) return make(name, Severity::Unseen, "was not looked at");
    const FilterFacts& filter = *facts.filter;
    if (!filter.reverse_path.empty()) {
        return make(name,
                    Severity::Warning,
                    "nftables looks at the way back to the source in " +
                        listed(filter.reverse_path) +
                        ", which may drop what nodes that moved send and receive",
                    "nft insert rule " + filter.reverse_path.front() +
                        R"( iifname { "dmmt*", "dlif*" } accept)");
    }
    if (!filter.unreadable.empty()) {
        return make(name,
                    Severity::Unseen,
                    "nftables cannot be looked at: " + filter.unreadable,
                    "nft list ruleset | grep 'fib saddr'");
    }
    if (!filter.legacy_tables.empty()) {
        return make(name,
                    Severity::Unseen,
                    "ip6tables has tables (" + listed(filter.legacy_tables) +
                        ") whose rules are not seen from here; nftables has no such rule",
                    "ip6tables-legacy-save | grep rpfilter");
    }
    return make(name, Severity::Ok, "no rule of nftables looks at the way back to the source");
}

Finding mtu(const HostFacts& facts, const MaarSettings& maar) {
    const InterfaceFacts& core = facts.core;
    if (!core.present || core.mtu == 0) {
        return make("mtu", Severity::Unseen, "there is no core interface to look at");
    }
    const std::uint32_t tunnel_octets = octets_of(maar.encap);
    if (core.mtu < kLeastMtu + tunnel_octets) return narrow_core(core, tunnel_octets);
    const std::uint32_t room = core.mtu - tunnel_octets;
    const std::string is = core.name + " has MTU " + std::to_string(core.mtu) + ", of which a " +
                           "tunnel leaves " + std::to_string(room);
    const std::uint32_t told = maar.advert.mtu.value_or(kUsualTunnelMtu);
    if (told == 0) {
        const bool fits = std::ranges::all_of(facts.access, [room](const InterfaceFacts& link) {
            return !link.present || link.mtu <= room;
        });
        if (fits) return make("mtu", Severity::Ok, is);
        return make("mtu",
                    Severity::Warning,
                    is + "; nodes are told no MTU and learn it packet by packet",
                    "set advert.mtu to " + std::to_string(room));
    }
    if (told > room) {
        return make("mtu",
                    Severity::Error,
                    is + ", but nodes are told " + std::to_string(told) + " (advert.mtu)",
                    "set advert.mtu to " + std::to_string(room) + ", or: ip link set dev " +
                        core.name + " mtu " + std::to_string(told + tunnel_octets));
    }
    const bool wider = room >= 1500 && told < 1500;
    return make("mtu",
                Severity::Ok,
                is + "; nodes are told " + std::to_string(told) +
                    (wider ? " and could be told 1500 (advert.mtu)" : ""));
}

Finding neighbours(const HostFacts& facts, const MaarSettings& maar) {
    const std::uint64_t nodes = most_nodes(maar);
    const char* const name = "neighbours";
    if (!facts.neighbours) {
        return make(name,
                    Severity::Unseen,
                    "net.ipv6.neigh.default.gc_thresh3 is not shown in this network namespace",
                    "on the host: sysctl net.ipv6.neigh.default.gc_thresh3");
    }
    const std::string has = "there is room for " + std::to_string(*facts.neighbours) +
                            ", and the " + "pool is for " + std::to_string(nodes) + " nodes";
    if (*facts.neighbours >= nodes) return make(name, Severity::Ok, has);
    const std::string prefix = " net.ipv6.neigh.default.gc_thresh";
    return make(name,
                Severity::Warning,
                has,
                "sysctl -w" + prefix + "3=" + std::to_string(2 * nodes) + prefix +
                    "2=" + std::to_string(nodes) + prefix + "1=" + std::to_string(nodes / 2));
}

Finding pool(const MaarSettings& maar) {
    const std::string text = to_text(maar.pool);
    return make("pool",
                Severity::Unseen,
                "whether the core routes " + text + " to this host is not seen from here",
                "on the core's router: ip -6 route add " + text + " via " + to_text(maar.address));
}

}  // namespace dmm::agent::preflight
