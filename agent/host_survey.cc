#include "agent/host_survey.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <variant>

#include <linux/capability.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timex.h>

#include "agent/capability.h"
#include "agent/data_plane.h"
#include "agent/descriptor.h"
#include "agent/views.h"
#include "lib/base/text.h"
#include "lib/kernel/feature_trial.h"
#include "lib/kernel/leftovers.h"
#include "lib/kernel/netlink_socket.h"
#include "lib/kernel/packet_filter.h"

namespace dmm::agent {
namespace {

// Of a route: RTPROT_RA and RTN_LOCAL of <linux/rtnetlink.h>.
constexpr std::uint8_t kFromAdvert = 9;
constexpr std::uint8_t kLocalRoute = 2;

std::string words_for(int code) {
    return std::system_category().message(code);
}

std::string contents_of(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

std::optional<std::uint32_t> number_in(const std::string& path) {
    const auto words = split_words(contents_of(path));
    if (!words || words->empty()) return std::nullopt;
    std::string first = words->front();
    first.erase(first.find_last_not_of('\n') + 1);
    return parse_number<std::uint32_t>(first);
}

std::optional<int> setting_of(const std::string& interface, const std::string& key) {
    const auto value = number_in("/proc/sys/net/ipv6/conf/" + interface + '/' + key);
    if (!value) return std::nullopt;
    return static_cast<int>(*value);
}

// By ioctl: RTM_GETLINK would wait for the lock that every change on the host takes.
InterfaceFacts interface_facts(const Descriptor& socket, const std::string& name) {
    InterfaceFacts out;
    out.name = name;
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name) return out;
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (ioctl(socket.get(), SIOCGIFFLAGS, &request) < 0) return out;
    out.present = true;
    out.up = (static_cast<unsigned>(request.ifr_flags) & IFF_UP) != 0;
    if (ioctl(socket.get(), SIOCGIFMTU, &request) == 0) {
        out.mtu = static_cast<std::uint32_t>(request.ifr_mtu);
    }
    out.forwarding = setting_of(name, "forwarding");
    out.accept_ra = setting_of(name, "accept_ra");
    out.seg6_enabled = setting_of(name, "seg6_enabled");
    return out;
}

WayFacts way_to(kernel::Channel& channel, const Ip6Address& to) {
    WayFacts out{.to = to};
    const auto route = channel.route_to(to);
    if (!route) {
        out.refusal = route.error().text;
        return out;
    }
    std::array<char, IF_NAMESIZE> name{};
    if (if_indextoname(route->interface, name.data()) != nullptr) out.interface = name.data();
    out.local = route->type == kLocalRoute;
    out.from_advert = route->protocol == kFromAdvert;
    return out;
}

std::vector<Ip6Address> peers_of(const Settings& settings) {
    std::vector<Ip6Address> out;
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        out = maar->peers;
        out.insert(out.begin(), maar->cmd);
    } else {
        for (const MaarPeer& peer : std::get<CmdSettings>(settings.role).maars)
            out.push_back(peer.address);
    }
    return out;
}

void look_at_others(kernel::Channel& channel,
                    const MaarSettings& maar,
                    Survey extent,
                    HostFacts& facts) {
    const kernel::DriverSettings driver = driver_settings(maar);
    const auto add = [&](const std::string& other) {
        if (!other.empty()) facts.others.push_back(other);
    };
    if (extent == Survey::Quick) {
        const auto rules = channel.rules();
        if (rules) add(kernel::foreign_rule(*rules, driver));
        return;
    }
    if (const auto found = kernel::find_leftovers(channel, driver, kernel::Inheritance::Refuse);
        !found) {
        if (found.error().code == EEXIST) {
            add(found.error().text);
        } else {
            facts.routing_fault = found.error().text;
        }
    }
    if (const auto links = channel.links()) add(kernel::foreign_link(*links));
}

void look_at_routing(const Settings& settings, Survey extent, HostFacts& facts) {
    const auto socket = kernel::NetlinkSocket::open();
    if (!socket) {
        facts.routing_fault = socket.error().text;
        return;
    }
    kernel::Channel channel(**socket);
    for (const Ip6Address& peer : peers_of(settings))
        facts.peers.push_back(way_to(channel, peer));
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        // The first address of all that are given to networks: no route but the default leads
        // there.
        facts.default_way = way_to(channel, Ip6Address({0x20}));
        look_at_others(channel, *maar, extent, facts);
    }
}

FilterFacts filter_facts() {
    FilterFacts out;
    const auto socket = kernel::NetlinkSocket::open(kernel::NetlinkSocket::Protocol::Netfilter);
    if (socket) {
        auto filter = kernel::look_at_packet_filter(**socket);
        if (filter) {
            out.reverse_path = std::move(filter->reverse_path);
        } else {
            out.unreadable = filter.error().text;
        }
    } else if (socket.error().code != EPROTONOSUPPORT) {
        out.unreadable = socket.error().text;
    }
    std::istringstream tables(contents_of("/proc/net/ip6_tables_names"));
    for (std::string name; std::getline(tables, name);)
        out.legacy_tables.push_back(name);
    return out;
}

// Reading the clock's state needs no right, but a service manager may forbid the call.
ClockFacts clock_facts() {
    timex state{};
    if (adjtimex(&state) < 0) return {.readable = false, .refusal = words_for(errno)};
    return {.readable = true,
            .refusal = {},
            .synchronised = (static_cast<unsigned>(state.status) & STA_UNSYNC) == 0,
            .most_error = std::chrono::microseconds(state.maxerror)};
}

Trial outcome_of(const kernel::Refusal& refusal, const std::string& when) {
    if (!refusal) return {.outcome = Trial::Outcome::Works, .text = when};
    return {.outcome = Trial::Outcome::Refused, .text = refusal->text, .code = refusal->code};
}

Trial untried_since(const std::string& reason) {
    return {.outcome = Trial::Outcome::Untried, .text = reason};
}

std::vector<InterfaceFacts> access_facts(const Descriptor& socket, const MaarSettings& maar) {
    std::vector<InterfaceFacts> out;
    out.reserve(maar.access_links.size());
    for (const AccessLink& link : maar.access_links)
        out.push_back(interface_facts(socket, link.name));
    return out;
}

Descriptor plain_socket() {
    return Descriptor(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

Trial try_macvlans(kernel::Channel& channel,
                   const std::vector<InterfaceFacts>& access,
                   const std::string& when) {
    for (const InterfaceFacts& link : access) {
        if (link.present) return outcome_of(kernel::try_macvlan(channel, link.name), when);
    }
    return untried_since("there is no access link yet");
}

}  // namespace

HostFacts survey(const Settings& settings, Trials trials, Survey extent) {
    HostFacts facts;
    facts.net_raw = has_capability(CAP_NET_RAW);
    facts.net_admin = has_capability(CAP_NET_ADMIN);
    const std::string addresses = contents_of("/proc/net/if_inet6");
    facts.address = address_state(addresses, address_of(settings));
    facts.address_interface = address_interface(addresses, address_of(settings));
    facts.clock = clock_facts();
    facts.receive_buffer = number_in("/proc/sys/net/core/rmem_max");
    facts.trials = std::move(trials);
    look_at_routing(settings, extent, facts);
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    if (maar == nullptr) return facts;

    if (const auto all = setting_of("all", "forwarding")) facts.forwarding = *all != 0;
    if (const auto all = setting_of("all", "seg6_enabled")) facts.seg6_enabled = *all != 0;
    const Descriptor socket = plain_socket();
    const bool guess = maar->core_interface.empty() && !facts.peers.empty();
    facts.core =
        interface_facts(socket, guess ? facts.peers.front().interface : maar->core_interface);
    facts.access = access_facts(socket, *maar);
    facts.filter = filter_facts();
    facts.neighbours = number_in("/proc/sys/net/ipv6/neigh/default/gc_thresh3");
    return facts;
}

Trials try_all(const MaarSettings& maar, const std::string& when) {
    const auto socket = kernel::NetlinkSocket::open();
    if (!socket) return untried(socket.error().text);
    kernel::Channel channel(**socket);
    const kernel::DriverSettings driver = driver_settings(maar);
    const Descriptor plain = plain_socket();
    const std::vector<InterfaceFacts> interfaces = access_facts(plain, maar);
    Trials out;
    out.tunnels = outcome_of(kernel::try_tunnel(channel, driver), when);
    out.macvlans = try_macvlans(channel, interfaces, when);
    out.source_routes = outcome_of(kernel::try_source_route(channel, driver), when);
    return out;
}

Trials try_beside_driver(const MaarSettings& maar) {
    const std::string when = "when the daemon started";
    const Trial works = outcome_of(std::nullopt, when);
    Trials out{.tunnels = works, .macvlans = {}, .source_routes = works};
    const auto socket = kernel::NetlinkSocket::open();
    if (!socket) {
        out.macvlans = untried_since(socket.error().text);
        return out;
    }
    kernel::Channel channel(**socket);
    out.macvlans = try_macvlans(channel, access_facts(plain_socket(), maar), when);
    if (maar.uplinks == Uplinks::Auto) {
        out.source_routes =
            outcome_of(kernel::try_source_route(channel, driver_settings(maar)), when);
    }
    return out;
}

Trials untried(const std::string& reason) {
    const Trial trial = untried_since(reason);
    return {.tunnels = trial, .macvlans = trial, .source_routes = trial};
}

}  // namespace dmm::agent
