#include <cerrno>
#include <string>
#include <string_view>

#include "agent/host_check.h"
#include "agent/preflight.h"
#include "lib/control/finding_text.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

Ip6Address ip(std::string_view text) {
    return Ip6Address::parse(text).value();
}

MaarSettings maar() {
    MaarSettings out;
    out.address = ip("2001:db8::1");
    out.cmd = ip("2001:db8::c");
    out.peers = {ip("2001:db8::2")};
    out.core_interface = "core0";
    out.access_links = {AccessLink{"lan0"}};
    out.pool = Prefix::parse("2001:db8:a100::/56").value();
    return out;
}

Settings settings(const MaarSettings& role = maar()) {
    Settings out;
    out.role = role;
    return out;
}

Settings cmd_settings() {
    CmdSettings cmd;
    cmd.address = ip("2001:db8::c");
    Settings out;
    out.role = cmd;
    return out;
}

// A host on which nothing is amiss.
HostFacts good() {
    const Trial works{.outcome = Trial::Outcome::Works, .text = "just now"};
    HostFacts out;
    out.net_raw = true;
    out.net_admin = true;
    out.address = AddressState::Usable;
    out.address_interface = "core0";
    out.forwarding = true;
    out.core = {
        .name = "core0", .present = true, .up = true, .mtu = 1500, .forwarding = 1, .accept_ra = 1};
    out.access = {{.name = "lan0",
                   .present = true,
                   .up = true,
                   .mtu = 1500,
                   .forwarding = 1,
                   .accept_ra = 1}};
    out.default_way = WayFacts{.to = ip("2000::"), .interface = "core0"};
    out.peers = {{.to = ip("2001:db8::c"), .interface = "core0"},
                 {.to = ip("2001:db8::2"), .interface = "core0"}};
    out.filter = FilterFacts{};
    out.neighbours = 1024;
    out.receive_buffer = 212'992;
    out.clock = {.readable = true,
                 .refusal = {},
                 .synchronised = true,
                 .most_error = std::chrono::milliseconds(20)};
    out.trials = {.tunnels = works, .macvlans = works, .source_routes = works};
    return out;
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void is(const Finding& finding,
        Severity severity,
        std::string_view found,
        std::string_view remedy = "") {
    INFO(finding.name << ": " << finding.found << " / " << finding.remedy);
    CHECK(finding.severity == severity);
    CHECK(holds(finding.found, found));
    CHECK(holds(finding.remedy, remedy));
    CHECK((severity < Severity::Warning || !finding.remedy.empty()));
}

}  // namespace

TEST_CASE("a good host gives no warning", "[preflight]") {
    for (const Finding& finding : judge(good(), settings())) {
        INFO(finding.name << ": " << finding.found);
        CHECK(finding.severity == (finding.name == "pool" ? Severity::Unseen : Severity::Ok));
    }
    const auto of_cmd = judge(good(), cmd_settings());
    CHECK(of_cmd.size() == 5);
    for (const Finding& finding : of_cmd)
        CHECK(finding.severity == Severity::Ok);
}

TEST_CASE("missing capabilities are named", "[preflight]") {
    HostFacts facts = good();
    facts.net_admin = false;
    is(preflight::capabilities(facts, settings()), Severity::Error, "CAP_NET_ADMIN", "setcap");
    is(preflight::capabilities(facts, cmd_settings()), Severity::Ok, "all");
    facts.net_raw = false;
    is(preflight::capabilities(facts, settings()),
       Severity::Error,
       "CAP_NET_RAW and CAP_NET_ADMIN");
    is(preflight::capabilities(facts, cmd_settings()), Severity::Error, "CAP_NET_RAW", "setcap");
}

TEST_CASE("what the kernel cannot make is named with its module", "[preflight]") {
    HostFacts facts = good();
    MaarSettings maar;
    maar.uplinks = Uplinks::Routes;
    const Trial refused{
        .outcome = Trial::Outcome::Refused, .text = "Unknown device type", .code = EOPNOTSUPP};
    facts.trials = {.tunnels = refused, .macvlans = refused, .source_routes = refused};
    is(preflight::tunnels(facts, maar),
       Severity::Error,
       "Unknown device type",
       "modprobe ip6_tunnel (OpenWrt: opkg install kmod-ip6-tunnel)");
    is(preflight::macvlans(facts), Severity::Error, "macvlan", "modprobe macvlan");
    is(preflight::source_routes(facts, maar),
       Severity::Error,
       "by source",
       "CONFIG_IPV6_SUBTREES=y");

    facts.trials.macvlans.code = EBUSY;
    is(preflight::macvlans(facts), Severity::Error, "macvlan", "name its bridge");
    facts.trials.tunnels.code = EPERM;
    is(preflight::tunnels(facts, maar), Severity::Error, "cannot be made", "run it as root");
    facts.trials.tunnels = {.outcome = Trial::Outcome::Untried, .text = "this is a dry run"};
    is(preflight::tunnels(facts, maar), Severity::Unseen, "this is a dry run", "dmmd --check");
}

TEST_CASE("rules do where the kernel has no routes by source", "[preflight]") {
    HostFacts facts = good();
    facts.trials.source_routes = {.outcome = Trial::Outcome::Refused, .text = "no", .code = EINVAL};
    MaarSettings maar;
    is(preflight::source_routes(facts, maar), Severity::Ok, "has a rule");
    maar.uplinks = Uplinks::Rules;
    is(preflight::source_routes(facts, maar), Severity::Ok, "not needed");
    maar.uplinks = Uplinks::Routes;
    is(preflight::source_routes(facts, maar), Severity::Error, "by source", "SUBTREES");
}

TEST_CASE("with seg6 tunnels end where it is enabled", "[preflight]") {
    HostFacts facts = good();
    MaarSettings maar;
    maar.encap = Encap::Seg6;
    maar.core_interface = "core0";
    is(preflight::seg6(facts, maar), Severity::Unseen, "cannot be read", "sysctl");
    facts.seg6_enabled = true;
    facts.core.seg6_enabled = 1;
    is(preflight::seg6(facts, maar), Severity::Ok, "enabled");
    facts.core.seg6_enabled = 0;
    is(preflight::seg6(facts, maar),
       Severity::Error,
       "net.ipv6.conf.core0.seg6_enabled is 0",
       "sysctl -w net.ipv6.conf.core0.seg6_enabled=1");
    facts.seg6_enabled = false;
    is(preflight::seg6(facts, maar),
       Severity::Error,
       "are 0",
       "sysctl -w net.ipv6.conf.all.seg6_enabled=1; sysctl -w net.ipv6.conf.core0.seg6_enabled=1");
    facts.core.mtu = 1500;
    maar.advert.mtu = 1460;
    is(preflight::mtu(facts, maar), Severity::Error, "leaves 1436", "set advert.mtu to 1436");
}

TEST_CASE("the address is looked at with its interface", "[preflight]") {
    HostFacts facts = good();
    facts.address_interface = "lo";
    is(preflight::address(facts, settings()), Severity::Ok, "on lo");
    facts.address_interface = "lan0";
    is(preflight::address(facts, settings()), Severity::Warning, "is on lan0", "core_interface");
    facts.address = AddressState::Tentative;
    is(preflight::address(facts, settings()), Severity::Warning, "duplicate", "tentative");
    facts.address = AddressState::Duplicate;
    is(preflight::address(facts, settings()), Severity::Error, "another host");
    facts.address = AddressState::Absent;
    is(preflight::address(facts, settings()),
       Severity::Error,
       "2001:db8::1 is not on this host",
       "ip -6 addr add 2001:db8::1/64 dev core0");
    is(preflight::address(facts, cmd_settings()), Severity::Error, "2001:db8::c", "dev INTERFACE");
}

TEST_CASE("interfaces are there and up", "[preflight]") {
    HostFacts facts = good();
    facts.core.up = false;
    is(preflight::core_interface(facts, maar()),
       Severity::Error,
       "down",
       "ip link set dev core0 up");
    facts.core.present = false;
    is(preflight::core_interface(facts, maar()), Severity::Error, "no interface core0", "ip -br");
    MaarSettings unbound = maar();
    unbound.core_interface.clear();
    is(preflight::core_interface(facts, unbound), Severity::Ok, "none is configured");

    facts.access.push_back({.name = "lan1", .present = true});
    is(preflight::access_links(facts, maar()), Severity::Warning, "lan1 is down", "lan1 up");
    facts.access.push_back({.name = "lan2"});
    is(preflight::access_links(facts, maar()), Severity::Warning, "no interface lan2", "ip -br");
}

TEST_CASE("forwarding is on, everywhere", "[preflight]") {
    HostFacts facts = good();
    facts.access.front().forwarding = 0;
    facts.access.front().name = "eth0.10";
    is(preflight::forwarding(facts),
       Severity::Warning,
       "eth0.10",
       "sysctl -w net/ipv6/conf/eth0.10/forwarding=1");
    facts.forwarding = false;
    is(preflight::forwarding(facts),
       Severity::Error,
       "forwards nothing",
       "sysctl -w net.ipv6.conf.all.forwarding=1");
    facts.forwarding.reset();
    is(preflight::forwarding(facts), Severity::Unseen, "cannot be read");
}

TEST_CASE("Router Advertisements are heard where they are wanted", "[preflight]") {
    HostFacts facts = good();
    facts.default_way->from_advert = true;
    is(preflight::core_adverts(facts),
       Severity::Error,
       "accept_ra of core0 is 1",
       "sysctl -w net.ipv6.conf.core0.accept_ra=2");
    facts.core.accept_ra = 2;
    is(preflight::core_adverts(facts), Severity::Ok, "are heard");
    facts.core.accept_ra = 0;
    facts.default_way->interface.clear();
    is(preflight::core_adverts(facts),
       Severity::Warning,
       "no default route",
       "accept_ra=2, or: ip");
    facts.core.accept_ra.reset();
    is(preflight::core_adverts(facts), Severity::Unseen, "cannot be read");

    facts.access.front().accept_ra = 2;
    is(preflight::access_adverts(facts),
       Severity::Warning,
       "lan0",
       "sysctl -w net.ipv6.conf.lan0.accept_ra=0");
    facts.access.front().accept_ra = 1;
    is(preflight::access_adverts(facts), Severity::Ok, "no node");
    facts.access.front().forwarding = 0;
    is(preflight::access_adverts(facts), Severity::Warning, "lan0");
}

TEST_CASE("there is a way to each peer, by the core", "[preflight]") {
    HostFacts facts = good();
    facts.peers[1].interface = "lan0";
    is(preflight::peers(facts, settings()),
       Severity::Warning,
       "2001:db8::2 (by lan0)",
       "route get");
    MaarSettings unbound = maar();
    unbound.core_interface.clear();
    is(preflight::peers(facts, settings(unbound)), Severity::Ok, "each of 2");
    is(preflight::peers(facts, cmd_settings()), Severity::Ok, "each of 2");
    facts.peers[1].interface.clear();
    is(preflight::peers(facts, settings()),
       Severity::Error,
       "no route to 2001:db8::2",
       "ip -6 route add 2001:db8::2/128 via ROUTER dev core0");
    facts.peers[0].local = true;
    facts.peers[1].interface = "core0";
    is(preflight::peers(facts, settings()), Severity::Ok, "each of 2");
    facts.peers[1].local = true;
    is(preflight::peers(facts, cmd_settings()), Severity::Ok, "each of 2");
    is(preflight::peers(facts, settings()), Severity::Error, "2001:db8::2 is an address of this");
    facts.routing_fault = "Operation not permitted";
    is(preflight::peers(facts, settings()), Severity::Unseen, "not permitted");

    facts = good();
    for (int i = 3; i < 9; ++i)
        facts.peers.push_back({.to = ip("2001:db8::" + std::to_string(i))});
    is(preflight::peers(facts, settings()), Severity::Error, "2001:db8::6 and 2 more");
}

TEST_CASE("nobody else uses what is ours", "[preflight]") {
    HostFacts facts = good();
    facts.routing_fault = "timed out";
    is(preflight::routing_table(facts, maar()), Severity::Unseen, "timed out");
    facts.others = {"priority 8885 is that of a rule of protocol 4"};
    is(preflight::routing_table(facts, maar()), Severity::Error, "priority 8885", "table 8885");
}

TEST_CASE("filters of the reverse path are told as far as they are seen", "[preflight]") {
    HostFacts facts = good();
    facts.filter->legacy_tables = {"raw"};
    is(preflight::reverse_path(facts), Severity::Unseen, "(raw)", "ip6tables-legacy-save");
    facts.filter->unreadable = "Operation not permitted";
    is(preflight::reverse_path(facts), Severity::Unseen, "not permitted", "nft list");
    facts.filter->reverse_path = {"inet fw4 prerouting"};
    is(preflight::reverse_path(facts),
       Severity::Warning,
       "inet fw4 prerouting",
       R"(nft insert rule inet fw4 prerouting iifname { "dmmt*", "dlif*" } accept)");
    facts.filter.reset();
    is(preflight::reverse_path(facts), Severity::Unseen, "not looked at");
}

TEST_CASE("a tunnel takes forty octets of the core's MTU", "[preflight]") {
    HostFacts facts = good();
    MaarSettings role = maar();
    is(preflight::mtu(facts, role), Severity::Ok, "leaves 1460");
    facts.core.mtu = 1540;
    is(preflight::mtu(facts, role), Severity::Ok, "could be told 1500");
    facts.core.mtu = 1499;
    is(preflight::mtu(facts, role),
       Severity::Error,
       "nodes are told 1460",
       "set advert.mtu to 1459, or: ip link set dev core0 mtu 1500");
    role.advert.mtu = 0;
    is(preflight::mtu(facts, role), Severity::Warning, "no MTU", "advert.mtu to 1459");
    facts.access.front().mtu = 1400;
    is(preflight::mtu(facts, role), Severity::Ok, "leaves 1459");
    facts.core.mtu = 1319;
    is(preflight::mtu(facts, role), Severity::Error, "less than 1280", "mtu 1320");
    facts.core.present = false;
    is(preflight::mtu(facts, role), Severity::Unseen, "no core interface");
}

TEST_CASE("tables and buffers hold what may come", "[preflight]") {
    HostFacts facts = good();
    MaarSettings role = maar();
    is(preflight::neighbours(facts, role), Severity::Ok, "for 256 nodes");
    role.pool = Prefix::parse("2001:db8:a100::/48").value();
    is(preflight::neighbours(facts, role),
       Severity::Warning,
       "for 16384 nodes",
       "net.ipv6.neigh.default.gc_thresh3=32768");
    facts.neighbours.reset();
    is(preflight::neighbours(facts, role), Severity::Unseen, "not shown");

    is(preflight::receive_buffer(facts), Severity::Ok, "CAP_NET_ADMIN");
    facts.net_admin = false;
    is(preflight::receive_buffer(facts), Severity::Warning, "212992", "net.core.rmem_max=4194304");
    facts.receive_buffer = 4'194'304;
    is(preflight::receive_buffer(facts), Severity::Ok, "4194304");
    facts.receive_buffer.reset();
    is(preflight::receive_buffer(facts), Severity::Unseen, "not shown");
}

TEST_CASE("the clock agrees with those of others", "[preflight]") {
    HostFacts facts = good();
    const ProtocolSettings protocol;
    is(preflight::clock(facts, protocol), Severity::Ok, "to within 0.02s");
    facts.clock.most_error = std::chrono::milliseconds(301);
    is(preflight::clock(facts, protocol), Severity::Warning, "0.301s", "timesyncd");
    facts.clock.synchronised = false;
    is(preflight::clock(facts, protocol), Severity::Warning, "not synchronised", "sysntpd");
    facts.clock = {.readable = false, .refusal = "Operation not permitted"};
    is(preflight::clock(facts, protocol), Severity::Unseen, "not permitted", "timedatectl");
}

TEST_CASE("where the pool is routed to is not seen", "[preflight]") {
    is(preflight::pool(maar()),
       Severity::Unseen,
       "2001:db8:a100::/56",
       "ip -6 route add 2001:db8:a100::/56 via 2001:db8::1");
}

TEST_CASE("findings have a text and an exit status", "[preflight]") {
    using Findings = std::vector<control::FindingView>;
    Findings views{{.name = "a", .severity = "ok", .found = "is well", .remedy = ""},
                   {.name = "b", .severity = "unseen", .found = "c", .remedy = "look"}};
    CHECK(control::exit_code_of(views) == 0);
    CHECK(control::findings_text(views, /*verbose=*/false) == "1 ok, 1 unseen\n");
    CHECK(control::findings_text(views, /*verbose=*/true) ==
          "ok       a: is well\nunseen   b: c\n         remedy: look\n1 ok, 1 unseen\n");
    views.push_back({.name = "d", .severity = "warning", .found = "e", .remedy = "f"});
    CHECK(control::exit_code_of(views) == 9);
    views.push_back({.name = "g", .severity = "error", .found = "h", .remedy = "i"});
    CHECK(control::exit_code_of(views) == 10);
    CHECK(control::findings_text(views, /*verbose=*/false) ==
          "warning  d: e\n         remedy: f\nerror    g: h\n         remedy: i\n"
          "1 error, 1 warning, 1 ok, 1 unseen\n");
    CHECK(control::exit_code_of(
              {{.name = "j", .severity = "of a newer daemon", .found = "", .remedy = ""}}) == 9);
    CHECK(control::findings_text({}, /*verbose=*/false) == "nothing was checked\n");
    CHECK(finding_views({{.name = "k", .severity = Severity::Unseen, .found = "l"}}) ==
          Findings{{.name = "k", .severity = "unseen", .found = "l", .remedy = ""}});
}

TEST_CASE("those who ask often are told to wait", "[preflight]") {
    HostCheck check{Trials{}};
    const SteadyTime start{std::chrono::seconds(100)};
    for (int i = 0; i < 5; ++i)
        CHECK(check.run(cmd_settings(), start));
    CHECK_FALSE(check.run(cmd_settings(), start));
    CHECK(check.run(cmd_settings(), start + std::chrono::seconds(1)));
}

}  // namespace dmm::agent
