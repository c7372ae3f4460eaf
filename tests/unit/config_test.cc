#include <fstream>
#include <string>
#include <variant>

#include "lib/config/load.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/unit/config_documents.h"

namespace dmm::config {
namespace {

TEST_CASE("what is not given has the defaults") {
    const auto settings = parse(maar({}), "maar1");
    REQUIRE(settings);
    MaarSettings wanted;
    wanted.address = test::ip("2001:db8:1::1");
    wanted.cmd = test::ip("2001:db8:ffff::c0");
    wanted.access_links = {{.name = "lan0"}};
    wanted.pool = test::prefix("2001:db8:a100::/48");
    CHECK(settings->instance == "maar1");
    CHECK(settings->control_socket == "/run/dmm/maar1.sock");
    CHECK_FALSE(settings->metrics);
    CHECK(settings->log == LogLevel::Info);
    CHECK(std::get<MaarSettings>(settings->role) == wanted);
}

constexpr std::string_view kFullMaar = R"(// everything
{
  "role": "maar", "log": "debug", "control_socket": "/tmp/m.sock",
  "control": {"group": "netops", "read_group": "noc"}, "metrics": {"listen": "[2001:db8:1::1]:65535"},
  "maar": { /* in any order */
    "pool": "2001:db8:a100::/64", "address": "2001:DB8:1:0::1", "cmd": "2001:db8:ffff::c0",
    "peers": ["2001:db8:2::1", "2001:db8:3::1"], "core_interface": "core0",
    "access_links": ["lan0", "wlan0"], "local_prefixes": ["fd00:1::/48"], "quarantine": "24h", "idle_release": "1h",
    "nodes": {"02:00:00:00:01:0A": "alice@example", "02:00:00:00:01:0b": "02:00:00:00:01:0b"},
    "known_nodes_only": true, "source_check": "on", "on_exit": "keep", "deprecate_on_exit": false, "encap": "seg6", "uplinks": "routes", "access_technology": 200, "table": 7, "rule_priority": 32765
  },
  "protocol": {"mode": "relay", "aggregation_timeout": "0.25s", "lifetime": "1h", "initial_bindack_timeout": "1500ms",
               "max_bindack_timeout": "1.5s", "timestamp_window": "7ms",
               "heartbeat_interval": "30s", "missing_heartbeats_allowed": 100,
               "pbu_rate": 1000000, "pbu_burst": 1, "strict_update_rate": true},
  "advert": {"router_lifetime": "4s", "interval": "4s", "valid_lifetime": "24h",
             "preferred_lifetime": "24h", "mtu": 0, "keep_local_preferred": true}
})";

TEST_CASE("every key reaches its setting") {
    const auto settings = parse(kFullMaar, "m");
    REQUIRE(settings);
    CHECK(settings->log == LogLevel::Debug);
    CHECK(settings->control_socket == "/tmp/m.sock");
    CHECK(settings->control == ControlSettings{.group = "netops", .read_group = "noc"});
    CHECK(settings->metrics ==
          MetricsSettings{.address = test::ip("2001:db8:1::1"), .port = 65535});
    MaarSettings wanted;
    wanted.address = test::ip("2001:db8:1::1");
    wanted.cmd = test::ip("2001:db8:ffff::c0");
    wanted.peers = {test::ip("2001:db8:2::1"), test::ip("2001:db8:3::1")};
    wanted.core_interface = "core0";
    wanted.access_links = {{.name = "lan0"}, {.name = "wlan0"}};
    wanted.pool = test::prefix("2001:db8:a100::/64");
    wanted.quarantine = seconds(86400);
    wanted.idle_release = seconds(3600);
    wanted.local_prefixes = {test::prefix("fd00:1::/48")};
    const auto bob = test::mac("02:00:00:00:01:0b");
    wanted.nodes = {{test::mac("02:00:00:00:01:0a"), MnId::nai("alice@example")},
                    {bob, MnId::eui48(bob)}};
    wanted.known_nodes_only = true;
    wanted.source_check = SourceCheck::On;
    wanted.encap = Encap::Seg6;
    wanted.uplinks = Uplinks::Routes;
    wanted.on_exit = OnExit::Keep;
    wanted.deprecate_on_exit = false;
    wanted.access_technology = 200;
    wanted.table = 7;
    wanted.rule_priority = 32765;
    wanted.protocol = {.mode = DomainMode::Relay,
                       .lifetime = seconds(3600),
                       .initial_bindack_timeout = milliseconds(1500),
                       .max_bindack_timeout = milliseconds(1500),
                       .timestamp_window = milliseconds(7),
                       .aggregation_timeout = milliseconds(250),
                       .heartbeat_interval = seconds(30),
                       .missing_heartbeats_allowed = 100,
                       .pbu_rate = 1'000'000,
                       .pbu_burst = 1,
                       .strict_update_rate = true};
    wanted.advert = {.router_lifetime = seconds(4),
                     .interval = seconds(4),
                     .valid_lifetime = seconds(86400),
                     .preferred_lifetime = seconds(86400),
                     .mtu = 0,
                     .keep_local_preferred = true};
    CHECK(std::get<MaarSettings>(settings->role) == wanted);
}

TEST_CASE("the effective configuration gives the same settings again") {
    for (const std::string& json :
         {std::string(kFullMaar),
          maar({{"access_technology", "\"3gpp_nb_iot\""}}),
          maar({{"source_check", "\"off\""}}),
          cmd({{"mobility", "\"none\""},
               {"nodes", R"({"alice@example": "on", "02:00:00:00:01:02": "denied"})"},
               {"known_nodes_only", "true"}}),
          cmd({{"max_previous_maars", "0"}}, {{"protocol", R"({"timestamp_window": "1h"})"}})}) {
        const auto first = parse(json, "m");
        REQUIRE(first);
        const std::string text = to_json(*first);
        const auto second = parse(text, "m");
        INFO(text);
        REQUIRE(second);
        CHECK(*second == *first);
        CHECK(to_json(*second) == text);
    }
}

TEST_CASE("the effective configuration is written out in full") {
    CHECK(to_json(parse(cmd({}), "cmd").value()) == R"({
  "role": "cmd",
  "log": "info",
  "control_socket": "/run/dmm/cmd.sock",
  "hooks": [],
  "control": {
    "group": "dmm"
  },
  "cmd": {
    "address": "2001:db8:ffff::c0",
    "maars": [
      {
        "address": "2001:db8:1::1",
        "pool": "2001:db8:a100::/48",
        "local_prefixes": []
      }
    ],
    "max_previous_maars": 8,
    "mobility": "on",
    "nodes": {},
    "known_nodes_only": false
  },
  "protocol": {
    "mode": "proxy",
    "aggregation_timeout": "0.5s",
    "lifetime": "600s",
    "initial_bindack_timeout": "1s",
    "max_bindack_timeout": "32s",
    "timestamp_window": "0.3s",
    "heartbeat_interval": "60s",
    "missing_heartbeats_allowed": 3,
    "pbu_rate": 1000,
    "pbu_burst": 100,
    "strict_update_rate": false
  }
})");
}

TEST_CASE("files are read, and what cannot be read is one error") {
    const auto only_error = [](const std::string& path) {
        const auto settings = load(path);
        REQUIRE(!settings);
        REQUIRE(settings.error().size() == 1);
        return to_text(settings.error().front(), path);
    };
    CHECK(only_error("/nowhere/maar1.json") ==
          "/nowhere/maar1.json: cannot be read: No such file or directory; give a file that "
          "this user may read");
    CHECK(only_error("/") == "/: the file's name names no instance; call it NAME.json");
    CHECK(only_error("/dev/.json") ==
          "/dev/.json: the file's name names no instance; call it NAME.json");
    CHECK(only_error("/dev") ==
          "/dev: cannot be read: Is a directory; give a file that this "
          "user may read");
    CHECK(only_error("/dev/zero") ==
          "/dev/zero: longer than 4194304 octets; is it the right file?");
    // The effective configuration, which names it, could not be read again.
    const auto unnameable = parse(maar({}), "ma\xffr");
    REQUIRE(!unnameable);
    CHECK(unnameable.error().front().message == "the file's name is not UTF-8; rename it");
    CHECK(parse(maar({}), "m\xc3\xa4r"));
    for (const char* name : {"cmd", "maar1", "maar2", "maar3"}) {
        const auto settings = load(std::string("tools/examples/") + name + ".json");
        REQUIRE(settings);
        CHECK(settings->instance == name);
        CHECK(settings->control_socket == std::string("/run/dmm/") + name + ".sock");
    }
}

}  // namespace
}  // namespace dmm::config
