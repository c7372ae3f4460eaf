#include "tools/demo/topology.h"

#include <string_view>

#include "tools/demo/namespaces.h"
#include "tools/demo/process.h"
#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kCommandBound{20'000};

// A leaf of the core: one address, everything else by the core router.
std::string leaf_commands(const std::string& address, const std::string& gateway) {
    return "link set lo up\n"
           "address add " +
           address +
           "/64 dev core0 nodad\n"
           "link set core0 up\n"
           "route add default via " +
           gateway + "\n";
}

std::string maar_commands(int maar) {
    // What is not given out of the pool is nobody's: it must not travel in circles.
    return leaf_commands(maar_address(maar), maar_gateway(maar)) + "route add unreachable " +
           maar_pool(maar) +
           "\n"
           "link set lan0 up\n";
}

std::string crowd_mac(int number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto octet = static_cast<std::size_t>(number);
    return "02:00:00:00:02:" + std::string{kDigits[octet / 16 % 16], kDigits[octet % 16]};
}

std::string core_link(const std::string& name, const std::string& netns, const std::string& own) {
    return "link add name " + name + " type veth peer name core0 netns " + netns +
           "\n"
           "address add " +
           own + "/64 dev " + name +
           " nodad\n"
           "link set " +
           name + " up\n";
}

}  // namespace

std::string crowd_name(int number) {
    return "crowd" + std::to_string(number);
}

std::vector<std::string> Topology::actors() const {
    std::vector<std::string> out{"core", "cmd", "cn", "air", "mn", "guest"};
    for (int maar = 1; maar <= kMaars; ++maar)
        out.push_back(maar_name(maar));
    for (int i = 1; i <= crowd_; ++i)
        out.push_back(crowd_name(i));
    return out;
}

std::string radio_of(const std::string& node) {
    return "radio-" + node;
}

std::vector<std::string> routers() {
    std::vector<std::string> out{"core", "cmd", "cn"};
    for (int maar = 1; maar <= kMaars; ++maar)
        out.push_back(maar_name(maar));
    return out;
}

std::expected<void, std::string> Topology::batch(const std::string& actor,
                                                 const std::string& commands) const {
    const auto done =
        run({.netns = actor.empty() ? "" : netns(actor), .words = {"ip", "-6", "-batch", "-"}},
            commands,
            kCommandBound);
    if (!done) return std::unexpected(done.error());
    return {};
}

std::string Topology::radio_commands(const std::string& node, std::string_view mac) const {
    const std::string radio = radio_of(node);
    return "link add name " + radio + " type veth peer name wlan0 address " + std::string(mac) +
           " netns " + netns(node) + "\nlink set " + radio + " master cell1\n";
}

std::string Topology::core_commands() const {
    std::string out = "link set lo up\n" + core_link("cmd", netns("cmd"), "2001:db8:ffff::1") +
                      core_link("cn", netns("cn"), "2001:db8:c::1");
    for (int maar = 1; maar <= kMaars; ++maar) {
        const std::string name = maar_name(maar);
        out += core_link(name, netns(name), maar_gateway(maar)) + "route add " + maar_pool(maar) +
               " via " + maar_address(maar) + "\n";
    }
    return out;
}

std::string Topology::air_commands() const {
    std::string out;
    for (int maar = 1; maar <= kMaars; ++maar) {
        const std::string n = std::to_string(maar);
        out += "link add name cell" + n +
               " type bridge stp_state 0 forward_delay 0 mcast_snooping 0\n"
               "link set cell" +
               n +
               " up\n"
               "link add name antenna" +
               n + " type veth peer name lan0 netns " + netns(maar_name(maar)) +
               "\nlink set antenna" + n + " master cell" + n + " up\n";
    }
    for (int i = 1; i <= crowd_; ++i)
        out += radio_commands(crowd_name(i), crowd_mac(i));
    return out + radio_commands("mn", kNodeMac) + radio_commands("guest", kGuestMac);
}

std::expected<void, std::string> Topology::build() const {
    std::string add;
    for (const std::string& actor : actors())
        add += "netns add " + netns(actor) + "\n";
    if (auto done = batch("", add); !done) return done;
    // Forwarding decides how an interface is born: before there are any. Without duplicate
    // address detection among the routers all that is theirs is there at once, and what
    // comes later is not. The node keeps it.
    bool set = set_sysctl(netns("air"), "ipv6/conf/default/disable_ipv6", "1");
    for (const std::string& router : routers()) {
        const bool is_host = router == "cn" || router == "cmd";
        set = set && set_sysctl(netns(router), "ipv6/conf/default/accept_dad", "0") &&
              (is_host || set_sysctl(netns(router), "ipv6/conf/all/forwarding", "1"));
    }
    if (!set) return std::unexpected("cannot write below /proc/sys/net/ipv6/conf; run as root");
    // The links of all leaves first, by those who hold their other ends.
    if (auto done = batch("core", core_commands()); !done) return done;
    if (auto done = batch("air", air_commands()); !done) return done;
    const std::string cmd = leaf_commands(std::string(kCmdAddress), "2001:db8:ffff::1");
    if (auto done = batch("cmd", cmd); !done) return done;
    const std::string cn = leaf_commands(std::string(kCnAddress), "2001:db8:c::1");
    if (auto done = batch("cn", cn); !done) return done;
    for (int maar = 1; maar <= kMaars; ++maar) {
        if (auto done = batch(maar_name(maar), maar_commands(maar)); !done) return done;
    }
    const std::string node = "link set lo up\nlink set wlan0 up\n";
    if (auto done = batch("guest", node); !done) return done;
    for (int i = 1; i <= crowd_; ++i) {
        if (auto done = batch(crowd_name(i), node); !done) return done;
    }
    return batch("mn", node);
}

}  // namespace dmm::demo
