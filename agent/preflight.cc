#include "agent/preflight.h"

#include <cerrno>
#include <string>
#include <utility>
#include <variant>

#include "agent/views.h"
#include "lib/base/text.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace preflight {
namespace {

const char* const kAsRoot =
    "run it as root, or: setcap cap_net_raw,cap_net_admin+ep $(command -v dmmd)";

Finding ok(std::string name, std::string found) {
    return {.name = std::move(name), .severity = Severity::Ok, .found = std::move(found)};
}

// `what` can be made or not; `remedy` is for a kernel that knows no such thing.
Finding tried(std::string name,
              const Trial& trial,
              const std::string& what,
              const std::string& remedy) {
    switch (trial.outcome) {
        case Trial::Outcome::Works:
            return ok(std::move(name), what + " can be made, tried " + trial.text);
        case Trial::Outcome::Untried:
            return {.name = std::move(name),
                    .severity = Severity::Unseen,
                    .found = what + " were not tried: " + trial.text,
                    .remedy = "dmmd --check FILE tries"};
        case Trial::Outcome::Refused:
            break;
    }
    const bool forbidden = trial.code == EPERM || trial.code == EACCES;
    return {.name = std::move(name),
            .severity = Severity::Error,
            .found = what + " cannot be made: " + trial.text,
            .remedy = forbidden ? kAsRoot : remedy};
}

}  // namespace

Finding capabilities(const HostFacts& facts, const Settings& settings) {
    const bool drives_kernel = std::holds_alternative<MaarSettings>(settings.role);
    std::string missing;
    if (!facts.net_raw) missing = "CAP_NET_RAW";
    if (drives_kernel && !facts.net_admin) {
        missing += missing.empty() ? "CAP_NET_ADMIN" : " and CAP_NET_ADMIN";
    }
    if (missing.empty()) return ok("capabilities", "all that are needed are there");
    return {.name = "capabilities",
            .severity = Severity::Error,
            .found = missing + " missing",
            .remedy = kAsRoot};
}

Finding address(const HostFacts& facts, const Settings& settings) {
    const std::string own = to_text(address_of(settings));
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    const bool has_interface = maar != nullptr && !maar->core_interface.empty();
    const std::string dev = has_interface ? maar->core_interface : "INTERFACE";
    Finding out{.name = "address", .severity = Severity::Error, .found = {}};
    switch (facts.address) {
        case AddressState::Absent:
            out.found = own + " is not on this host";
            out.remedy = "ip -6 addr add " + own + "/64 dev " + dev;
            return out;
        case AddressState::Duplicate:
            out.found = own + ": another host has it too";
            out.remedy = "give each host an address of its own";
            return out;
        case AddressState::Tentative:
            out.severity = Severity::Warning;
            out.found = own + ": duplicate address detection is still under way";
            out.remedy = "wait; if it does not end: ip -6 addr show tentative";
            return out;
        case AddressState::Usable:
            break;
    }
    if (has_interface && facts.address_interface != maar->core_interface) {
        out.severity = Severity::Warning;
        out.found =
            own + " is on " + facts.address_interface + ", not on the core interface " + dev;
        // On the loopback interface it outlives each link, which is as good.
        if (facts.address_interface == "lo") {
            return ok("address", own + " is usable, on lo");
        }
        out.remedy = R"(set "core_interface" to )" + quoted(facts.address_interface);
        return out;
    }
    return ok("address", own + " is usable, on " + facts.address_interface);
}

Finding clock(const HostFacts& facts, const ProtocolSettings& protocol) {
    const std::string window = to_text(Duration(protocol.timestamp_window));
    Finding out{.name = "clock", .severity = Severity::Warning, .found = {}};
    if (!facts.clock.readable) {
        out.severity = Severity::Unseen;
        out.found = "the kernel does not tell whether it is synchronised: " + facts.clock.refusal;
        out.remedy = "timedatectl show -p NTPSynchronized";
        return out;
    }
    // RFC 5213 section 5.5 orders Proxy Binding Updates by time, for which all clocks of the
    // domain must agree.
    out.remedy =
        "systemctl enable --now systemd-timesyncd, or chronyd with \"rtcsync\" "
        "(OpenWrt: service sysntpd enable; service sysntpd start)";
    if (!facts.clock.synchronised) {
        out.found = "not synchronised; beyond protocol.timestamp_window (" + window +
                    ") from the others registrations are refused";
        return out;
    }
    const std::string error = to_text(Duration(facts.clock.most_error));
    if (facts.clock.most_error > protocol.timestamp_window) {
        out.found =
            "may be wrong by " + error + ", more than protocol.timestamp_window (" + window + ")";
        return out;
    }
    return ok("clock", "synchronised, to within " + error);
}

Finding receive_buffer(const HostFacts& facts) {
    const std::string wanted = std::to_string(limits::kSocketOctets);
    // With CAP_NET_ADMIN the socket goes beyond the limit.
    if (facts.net_admin) return ok("receive_buffer", wanted + " octets, by CAP_NET_ADMIN");
    if (!facts.receive_buffer) {
        return {.name = "receive_buffer",
                .severity = Severity::Unseen,
                .found = "net.core.rmem_max is not shown in this network namespace",
                .remedy = "on the host: sysctl net.core.rmem_max"};
    }
    const std::string found = "net.core.rmem_max is " + std::to_string(*facts.receive_buffer);
    if (std::cmp_greater_equal(*facts.receive_buffer, limits::kSocketOctets))
        return ok("receive_buffer", found);
    return {.name = "receive_buffer",
            .severity = Severity::Warning,
            .found = found + "; when an access link comes back, messages of its nodes may be lost",
            .remedy = "sysctl -w net.core.rmem_max=" + wanted};
}

Finding tunnels(const HostFacts& facts, const MaarSettings& maar) {
    if (maar.encap == Encap::Seg6) {
        return tried("tunnels",
                     facts.trials.tunnels,
                     "seg6 routes",
                     "a kernel with CONFIG_IPV6_SEG6_LWTUNNEL=y, or set encap to \"ip6ip6\"");
    }
    return tried("tunnels",
                 facts.trials.tunnels,
                 "ip6tnl interfaces",
                 "modprobe ip6_tunnel (OpenWrt: opkg install kmod-ip6-tunnel)");
}

Finding macvlans(const HostFacts& facts) {
    const Trial& trial = facts.trials.macvlans;
    // A port of a bridge or bond hands its packets on and can carry nothing else.
    const bool taken = trial.code == EBUSY;
    return tried("macvlans",
                 trial,
                 "macvlan interfaces",
                 taken ? "the access link is a port: name its bridge in \"access_links\", or: "
                         "ip link set INTERFACE nomaster"
                       : "modprobe macvlan (OpenWrt: opkg install kmod-macvlan)");
}

Finding source_routes(const HostFacts& facts, const MaarSettings& maar) {
    const Trial& trial = facts.trials.source_routes;
    if (maar.uplinks == Uplinks::Rules) {
        return ok("source_routes", R"(are not needed, since "uplinks" is "rules")");
    }
    const bool lacking = trial.outcome == Trial::Outcome::Refused &&
                         (trial.code == EINVAL || trial.code == EOPNOTSUPP);
    if (lacking && maar.uplinks == Uplinks::Auto) {
        return ok("source_routes",
                  "this kernel has none (CONFIG_IPV6_SUBTREES), so each prefix of a node that "
                  "moved has a rule, which is slower where they are many");
    }
    return tried("source_routes",
                 trial,
                 "IPv6 routes by source",
                 "a kernel with CONFIG_IPV6_SUBTREES=y; zgrep IPV6_SUBTREES /proc/config.gz "
                 "/boot/config-$(uname -r)");
}

}  // namespace preflight

namespace {

std::vector<Finding> judge_maar(const HostFacts& facts,
                                const Settings& settings,
                                const MaarSettings& maar) {
    using namespace preflight;
    std::vector<Finding> out{capabilities(facts, settings),
                             tunnels(facts, maar),
                             macvlans(facts),
                             source_routes(facts, maar),
                             address(facts, settings),
                             core_interface(facts, maar),
                             access_links(facts, maar),
                             forwarding(facts),
                             core_adverts(facts),
                             access_adverts(facts),
                             peers(facts, settings),
                             routing_table(facts, maar),
                             reverse_path(facts),
                             mtu(facts, maar),
                             neighbours(facts, maar),
                             clock(facts, maar.protocol),
                             pool(maar)};
    if (maar.encap == Encap::Seg6) out.insert(out.begin() + 2, seg6(facts, maar));
    return out;
}

}  // namespace

std::vector<Finding> judge(const HostFacts& facts, const Settings& settings) {
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        return judge_maar(facts, settings, *maar);
    }
    const auto& cmd = std::get<CmdSettings>(settings.role);
    return {preflight::capabilities(facts, settings),
            preflight::address(facts, settings),
            preflight::peers(facts, settings),
            preflight::receive_buffer(facts),
            preflight::clock(facts, cmd.protocol)};
}

}  // namespace dmm::agent
