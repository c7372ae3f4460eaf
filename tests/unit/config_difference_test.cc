// What a daemon that reads its configuration again finds different.
#include "lib/config/difference.h"
#include "lib/config/load.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::config;
using namespace dmm::test;
using std::chrono::seconds;

namespace {

Settings settings_of(RoleSettings role) {
    return {.instance = "x",
            .control_socket = "/run/dmm/x.sock",
            .log = LogLevel::Info,
            .role = std::move(role)};
}

std::vector<std::string> texts(const Settings& before, const Settings& after) {
    std::vector<std::string> out;
    for (const Change& change : differences(before, after))
        out.push_back(to_text(change));
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("each key that differs is named with what it was and is") {
    const Settings before = settings_of(maar_settings(1));
    CHECK(differences(before, before).empty());
    Settings after = before;
    after.log = LogLevel::Debug;
    auto& maar = std::get<MaarSettings>(after.role);
    maar.protocol.lifetime = seconds(60);
    maar.advert.keep_local_preferred = true;
    maar.nodes.emplace(mac("02:00:00:00:01:09"), MnId::nai("a/b"));
    maar.nodes.erase(mac("02:00:00:00:01:02"));
    CHECK(texts(before, after) == Texts{R"(/log: "info" -> "debug")",
                                        R"(/maar/nodes/02:00:00:00:01:02: "bob@example" -> absent)",
                                        R"(/maar/nodes/02:00:00:00:01:09: absent -> "a/b")",
                                        R"(/protocol/lifetime: "600s" -> "60s")",
                                        R"(/advert/keep_local_preferred: false -> true)"});
}

TEST_CASE("of a list what went and came is named, and another order is no difference") {
    const Settings before = settings_of(maar_settings(1));
    Settings after = before;
    auto& peers = std::get<MaarSettings>(after.role).peers;
    std::ranges::reverse(peers);
    CHECK(differences(before, after).empty());
    peers.push_back(ip("2001:db8:9::1"));
    std::erase(peers, ip("2001:db8:2::1"));
    CHECK(texts(before, after) == Texts{R"(/maar/peers/0: "2001:db8:2::1" -> absent)",
                                        R"(/maar/peers/1: absent -> "2001:db8:9::1")"});
}

TEST_CASE("a MAAR of a CMD is the same while its address is") {
    const Settings before = settings_of(cmd_settings());
    Settings after = before;
    auto& maars = std::get<CmdSettings>(after.role).maars;
    maars.erase(maars.begin());
    maars[0].pool = prefix("2001:db8:aa00::/48");
    maars[1].local_prefixes.clear();
    CHECK(
        texts(before, after) ==
        Texts{
            R"(/cmd/maars/0: {"address":"2001:db8:1::1","pool":"2001:db8:a100::/48","local_prefixes":["2001:db8:b100::/40"]} -> absent)",
            R"(/cmd/maars/0/pool: "2001:db8:a200::/48" -> "2001:db8:aa00::/48")",
            R"(/cmd/maars/1/local_prefixes/0: "2001:db8:b300::/40" -> absent)"});
}

TEST_CASE("another role is one difference, and what a restart needs is known") {
    const Settings maar = settings_of(maar_settings(1));
    CHECK(texts(maar, settings_of(cmd_settings())) == Texts{R"(/role: "maar" -> "cmd")"});
    Settings after = maar;
    auto& other = std::get<MaarSettings>(after.role);
    after.control_socket = "/run/other";
    after.metrics = MetricsSettings{.address = ip("::1"), .port = 9342};
    other.address = ip("2001:db8:9::1");
    other.cmd = ip("2001:db8:9::2");
    other.core_interface = "core1";
    other.encap = Encap::Seg6;
    other.uplinks = Uplinks::Rules;
    other.table = 1;
    other.rule_priority = 1;
    other.source_check = SourceCheck::Off;
    other.protocol.mode = DomainMode::Relay;
    const auto fixed = differences(maar, after);
    CHECK(fixed.size() == 11);
    for (const Change& change : fixed) {
        INFO(change.pointer);
        CHECK(needs_restart(change.pointer));
    }
    Settings elsewhere = after;
    elsewhere.metrics->port = 9343;
    CHECK(texts(after, elsewhere) == Texts{R"(/metrics/listen: "[::1]:9342" -> "[::1]:9343")"});
    CHECK(needs_restart("/metrics/listen"));
    CHECK(needs_restart("/role"));
    CHECK(needs_restart("/cmd/address"));
    for (const char* key : {"/log",
                            "/maar/peers/0",
                            "/maar/pool",
                            "/cmd/maars/1",
                            "/maar/access_links/0",
                            "/protocol/lifetime",
                            "/maar/cmd/x",
                            "/maar/nodes/table"})
        CHECK_FALSE(needs_restart(key));
}
