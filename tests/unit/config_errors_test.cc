// What is wrong with a configuration, in the exact words that a person gets to see.
#include <string>
#include <vector>

#include "lib/model/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/config_documents.h"

namespace dmm::config {
namespace {

struct Case {
    std::string json;
    std::vector<std::string> complaints;
};

void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        INFO(one.json);
        std::vector<std::string> wanted;
        for (const std::string& text : one.complaints)
            wanted.push_back("x.json:" + text);
        CHECK(complaints(one.json) == wanted);
    }
}

TEST_CASE("text that is no JSON is placed by line and column") {
    const std::string kEnds = "ends; look for a comma, quote or bracket too many or too few";
    check({
        {"", {" the text ends too early; close what is open"}},
        {"{\n  \"role\": \"maar\"\n", {" the text ends too early; close what is open"}},
        {"{\n  \"role\": \"maar\"\n  \"maar\": {}}",
         {" line 3, column 8: this is no JSON where \"\\\"maar\\\"\" " + kEnds}},
        {"{\"role\": maar}",
         {" line 1, column 10: this is no JSON where \"{\\\"role\\\": m\" " + kEnds}},
        {"{\n\t\"role\": \"cmd\",\n\t}",
         {" line 3, column 2: this is no JSON where \"}\" " + kEnds}},
        {"{} x", {" line 1, column 4: this is no JSON where \"{} x\" " + kEnds}},
        {"{\"a\": \"a name that is longer than a hint\" 1}",
         {" line 1, column 43: this is no JSON where \"is longer than a hint\\\" 1\" " + kEnds}},
        {"{\"role\": \"\xff\"}",
         {" line 1, column 11: this is no JSON where \"{\\\"role\\\": \\\"\\xff\" " + kEnds}},
        {std::string(17, '['),
         {" arrays and objects are nested deeper than 16; no configuration needs that"}},
        {std::string(4U * 1024 * 1024 + 1, ' '),
         {" longer than 4194304 octets; is it the right file?"}},
    });
}

TEST_CASE("the document must be an object with a role and that role's section") {
    check({
        {"[]", {" an array is not an object; write it as { \"key\": value }"}},
        {"null", {" null is not an object; write it as { \"key\": value }"}},
        {"{}", {"/role: missing; give a role like \"maar\" or \"cmd\""}},
        {R"({"role": "maar"})", {"/maar: missing; a MAAR needs this section, see dmmd.json(5)"}},
        {R"({"role": "cmd"})", {"/cmd: missing; a CMD needs this section, see dmmd.json(5)"}},
        {maar({}, {{"role", "1"}}), {"/role: 1 is not a role; give \"maar\" or \"cmd\""}},
        {maar({}, {{"role", R"("mar")"}}),
         {"/role: \"mar\": unknown role; did you mean \"maar\"?"}},
        {maar({}, {{"role", R"("anchor router")"}}),
         {"/role: \"anchor router\": unknown role; known are maar, cmd"}},
        {maar({}, {{"cmd", "{}"}}), {"/cmd: not for role \"maar\"; remove it, or change /role"}},
        {cmd({}, {{"maar", "{}"}, {"advert", "{}"}}),
         {"/advert: not for role \"cmd\"; remove it, or change /role",
          "/maar: not for role \"cmd\"; remove it, or change /role"}},
        {R"({"role": "maar", "maar": 7})",
         {"/maar: 7 is not an object; write it as { \"key\": value }"}},
    });
}

TEST_CASE("keys that are unknown or given twice are errors") {
    check({
        {maar({{"cmd_address", "1"}}),
         {"/maar/cmd_address: unknown key; did you mean \"address\"?"}},
        {maar({{"pol", "1"}}), {"/maar/pol: unknown key; did you mean \"pool\"?"}},
        {maar({}, {{"quite/other~", "1"}}),
         {"/quite~1other~0: unknown key; known are role, log, control_socket, hooks, control, "
          "metrics, protocol, "
          "maar, "
          "advert, cmd"}},
        {maar({}, {{"protocol", R"({"lifetme": "600s"})"}}),
         {"/protocol/lifetme: unknown key; did you mean \"lifetime\"?"}},
        {R"({"role": "cmd", "log": "info", "log": "debug", "log": "error",)" + cmd({}).substr(15),
         {"/log: given more than once; keep one"}},
    });
}

TEST_CASE("addresses of routers are unicast beyond the link") {
    check({
        {maar({{"address", ""}}),
         {"/maar/address: missing; give an IPv6 address like \"2001:db8:1::1\""}},
        {maar({{"address", "7"}}),
         {"/maar/address: 7 is not an IPv6 address; give one like \"2001:db8:1::1\""}},
        {maar({{"address", R"("192.0.2.1")"}}),
         {"/maar/address: \"192.0.2.1\" is not an IPv6 address; give one like "
          "\"2001:db8:1::1\""}},
        {maar({{"cmd", R"("::")"}}),
         {"/maar/cmd: \"::\" is the unspecified address; give one that other routers can "
          "reach"}},
        {maar({{"cmd", R"("::1")"}}),
         {"/maar/cmd: \"::1\" is the loopback address; give one that other routers can reach"}},
        {maar({{"peers", R"(["ff02::1", "2001:db8:2::1", "fe80::1"])"}}),
         {"/maar/peers/0: \"ff02::1\" is a multicast address; give one that other routers can "
          "reach",
          "/maar/peers/2: \"fe80::1\" is a link-local address; give one that other routers can "
          "reach"}},
        {maar({{"peers", R"("2001:db8:2::1")"}}),
         {"/maar/peers: \"2001:db8:2::1\" is not an array; write it as [ ... ]"}},
    });
}

TEST_CASE("no address stands for two routers or for a node") {
    check({
        {maar({{"peers", R"(["2001:db8:2::1", "2001:db8:2:0::1"])"}}),
         {"/maar/peers/1: \"2001:db8:2::1\" is given twice, first at /maar/peers/0; remove "
          "one"}},
        {maar({{"peers", R"(["2001:db8:1::1"])"}}),
         {"/maar/peers/0: \"2001:db8:1::1\" is this MAAR's own address; list the other MAARs "
          "only"}},
        {maar({{"peers", R"(["2001:db8:ffff::c0"])"}}),
         {"/maar/peers/0: \"2001:db8:ffff::c0\" is the CMD; list the other MAARs only"}},
        {maar({{"cmd", R"("2001:db8:1::1")"}}),
         {"/maar/cmd: \"2001:db8:1::1\" is this MAAR's own address; give the CMD an address of "
          "its own"}},
        {maar({{"address", R"("2001:db8:a100::1")"}}),
         {"/maar/address: \"2001:db8:a100::1\" lies inside /maar/pool (2001:db8:a100::/48), "
          "which is for nodes; give an address outside"}},
        {cmd({{"maars",
               R"([{"address": "2001:db8:1::1", "pool": "2001:db8:a100::/48"},
                   {"address": "2001:db8:1::1", "pool": "2001:db8:a200::/48"},
                   {"address": "2001:db8:ffff::c0", "pool": "2001:db8:a300::/48"},
                   {"address": "2001:db8:a100::4", "pool": "2001:db8:a400::/48"}])"}}),
         {"/cmd/maars/1/address: \"2001:db8:1::1\" is given twice, first at "
          "/cmd/maars/0/address; remove one",
          "/cmd/maars/2/address: \"2001:db8:ffff::c0\" is the CMD's own address; give each MAAR "
          "an address of its own",
          "/cmd/maars/3/address: \"2001:db8:a100::4\" lies inside /cmd/maars/0/pool "
          "(2001:db8:a100::/48), which is for nodes; give an address outside"}},
    });
}

TEST_CASE("pools hold /64s of unicast addresses and never overlap") {
    check({
        {maar({{"pool", R"("2001:db8:a100::")"}}),
         {"/maar/pool: \"2001:db8:a100::\" is not an IPv6 prefix; give one like "
          "\"2001:db8:a100::/48\""}},
        {maar({{"pool", R"("2001:db8:a100::1/48")"}}),
         {"/maar/pool: \"2001:db8:a100::1/48\" has bits set behind its length; give "
          "\"2001:db8:a100::/48\""}},
        {maar({{"pool", R"("2001:db8:a100::/65")"}}),
         {"/maar/pool: \"2001:db8:a100::/65\" is too small to give a /64 out of it; give a /64 "
          "or shorter"}},
        {maar({{"pool", R"("fe00::/8")"}}),
         {"/maar/pool: \"fe00::/8\" holds addresses that are not unicast; give an IPv6 prefix "
          "like \"2001:db8:a100::/48\""}},
        {maar({{"pool", R"("::/0")"}}),
         {"/maar/pool: \"::/0\" holds addresses that are not unicast; give an IPv6 prefix like "
          "\"2001:db8:a100::/48\""}},
        {cmd({{"maars",
               R"([{"address": "2001:db8:1::1", "pool": "2001:db8:a100::/48"},
                   {"address": "2001:db8:2::1", "pool": "2001:db8:a100:8000::/49"},
                   {"address": "2001:db8:3::1", "pool": "2001:db8:a000::/36"},
                   {"address": "2001:db8:4::1", "pool": "2001:db8:a100::/48"}])"}}),
         {"/cmd/maars/1/pool: \"2001:db8:a100:8000::/49\" lies inside /cmd/maars/0/pool "
          "(2001:db8:a100::/48); give disjoint prefixes",
          "/cmd/maars/2/pool: \"2001:db8:a000::/36\" contains /cmd/maars/0/pool "
          "(2001:db8:a100::/48); give disjoint prefixes",
          "/cmd/maars/3/pool: \"2001:db8:a100::/48\" is the same as /cmd/maars/0/pool "
          "(2001:db8:a100::/48); give disjoint prefixes"}},
    });
}

TEST_CASE("local networks are disjoint and outside of the pool") {
    check({
        {maar({{"local_prefixes",
                R"(["2001:db8:1::/48", "2001:db8:1:2::/64", "2001:db8:a100:1::/64"])"}}),
         {"/maar/local_prefixes/1: \"2001:db8:1:2::/64\" lies inside /maar/local_prefixes/0 "
          "(2001:db8:1::/48); give disjoint prefixes",
          "/maar/local_prefixes/2: \"2001:db8:a100:1::/64\" lies inside /maar/pool "
          "(2001:db8:a100::/48); give a network outside of the pool"}},
        {cmd({{"maars",
               R"([{"address": "2001:db8:1::1", "pool": "2001:db8:a100::/48",
                    "local_prefixes": ["fd00::/16", "fd00:1::/48"]}])"}}),
         {"/cmd/maars/0/local_prefixes/1: \"fd00:1::/48\" lies inside "
          "/cmd/maars/0/local_prefixes/0 (fd00::/16); give disjoint prefixes"}},
        {maar({{"local_prefixes", "[1,2,3,4,5,6,7,8,9]"}}),
         {"/maar/local_prefixes: 9 elements; give at most 8"}},
    });
}

TEST_CASE("interfaces have names that the kernel takes") {
    check({
        {maar({{"access_links", ""}}),
         {"/maar/access_links: missing; give interface names like [\"lan0\"]"}},
        {maar({{"access_links", "[]"}}),
         {"/maar/access_links: empty; give interface names like [\"lan0\"]"}},
        {maar({{"access_links", R"(["lan0", "wlan0/1", "a name", "sixteen-letters-", "lan0"])"}}),
         {"/maar/access_links/1: \"wlan0/1\" is not an interface name; give 1 to 15 characters "
          "without blanks, '/' and ':'",
          "/maar/access_links/2: \"a name\" is not an interface name; give 1 to 15 characters "
          "without blanks, '/' and ':'",
          "/maar/access_links/3: \"sixteen-letters-\" is not an interface name; give 1 to 15 "
          "characters without blanks, '/' and ':'",
          "/maar/access_links/4: \"lan0\" is given twice, first at /maar/access_links/0; remove "
          "one"}},
        {maar({{"core_interface", "null"}}),
         {"/maar/core_interface: null is not an interface name; give one like \"lan0\""}},
    });
}

TEST_CASE("nodes have one address and one identifier each") {
    check({
        {maar({{"nodes", "[]"}}),
         {"/maar/nodes: an array is not an object; write it as { \"02:00:00:00:01:01\": "
          "\"alice@example\" }"}},
        {maar({{"nodes", R"({"01:00:5e:00:00:01": "alice@example", "0200:00": ""})"}}),
         {"/maar/nodes/01:00:5e:00:00:01: \"01:00:5e:00:00:01\" is not the address of a "
          "station; give one like \"02:00:00:00:01:01\"",
          "/maar/nodes/0200:00: \"0200:00\" is not the address of a station; give one like "
          "\"02:00:00:00:01:01\"",
          "/maar/nodes/0200:00: \"\" is not an MN-Identifier; give one like "
          "\"alice@example\""}},
        {maar({{"nodes",
                R"({"02:00:00:00:01:0a": "a@example", "02:00:00:00:01:0A": "b@example",
                    "02:00:00:00:01:0b": "a@example", "02:00:00:00:01:0a": "c@example"})"}}),
         {"/maar/nodes/02:00:00:00:01:0A: \"02:00:00:00:01:0a\" is given twice, in other "
          "letters; keep one",
          "/maar/nodes/02:00:00:00:01:0a: given more than once; keep one",
          "/maar/nodes/02:00:00:00:01:0b: \"a@example\" is given at "
          "/maar/nodes/02:00:00:00:01:0a too; give each node an identifier of its own"}},
        {cmd({{"mobility", R"("denied")"}, {"nodes", R"({"alice@example": "off", "": "on"})"}}),
         {"/cmd/mobility: \"denied\" would serve nobody; set known_nodes_only and list the nodes",
          "/cmd/nodes/: \"\" is not an MN-Identifier; give one like \"alice@example\"",
          "/cmd/nodes/alice@example: \"off\": unknown mobility; did you mean \"on\"?"}},
        {cmd({{"nodes", "[]"}}),
         {"/cmd/nodes: an array is not an object; write it as { \"alice@example\": \"none\" }"}},
        {maar({{"known_nodes_only", R"("yes")"}}),
         {"/maar/known_nodes_only: \"yes\" is neither true nor false; give one of them"}},
        {maar({{"encap", R"("seg5")"}}),
         {"/maar/encap: \"seg5\": unknown encapsulation; did you mean \"seg6\"?"}},
        {maar({{"encap", R"("seg6")"}, {"core_interface", R"("")"}}),
         {"/maar/encap: \"seg6\" wraps packets in routes out of the core interface; give "
          "core_interface"}},
        {maar({{"uplinks", "7"}}),
         {"/maar/uplinks: 7 is not a kind of uplinks; give one like \"auto\""}},
        {maar({{"uplinks", R"("rules")"}, {"rule_priority", "32638"}}),
         {"/maar/rule_priority: 32638 leaves no room for the rules of uplinks \"rules\"; give at "
          "most 32637"}},
        {maar({{"source_check", "true"}}),
         {"/maar/source_check: true is not a source check; give one like \"on\""}},
        {maar({{"on_exit", R"("kept")"}}),
         {"/maar/on_exit: \"kept\": unknown way to end; did you mean \"keep\"?"}},
        {maar({{"source_check", R"("om")"}}),
         {"/maar/source_check: \"om\": unknown source check; did you mean \"on\"?"}},
        {maar({{"source_check", R"("off")"}, {"idle_release", R"("1h")"}}),
         {"/maar/idle_release: traffic is counted where sources are checked; leave source_check "
          "at \"auto\""}},
    });
}

TEST_CASE("numbers are whole and in range") {
    check({
        {maar({{"table", "0"}}), {"/maar/table: 0 is out of range; give 1 to 4294967295"}},
        {maar({{"table", "254"}}),
         {"/maar/table: 254 is a table of the kernel's own; give another"}},
        {maar({{"table", "\"8885\""}}),
         {"/maar/table: \"8885\" is not a number; give 1 to 4294967295"}},
        {maar({{"table", "8885.5"}}),
         {"/maar/table: 8885.5 is not a whole number in range; give 1 to 4294967295"}},
        {maar({{"rule_priority", "32766"}}),
         {"/maar/rule_priority: 32766 is out of range; give 1 to 32765"}},
        {maar({{"rule_priority", "-1"}}),
         {"/maar/rule_priority: -1 is out of range; give 1 to 32765"}},
        {maar({{"table", "18446744073709551615"}}),
         {"/maar/table: 18446744073709551615 is not a whole number in range; give 1 to "
          "4294967295"}},
        {maar({{"access_technology", "\"ieee802.33\""}}),
         {"/maar/access_technology: \"ieee802.33\": unknown access technology; did you mean "
          "\"ieee802.3\"?"}},
        {maar({{"access_technology", "0"}}),
         {"/maar/access_technology: 0 is out of range; give 1 to 255"}},
        {cmd({{"max_previous_maars", "9"}}),
         {"/cmd/max_previous_maars: 9 is out of range; give 0 to 8"}},
        {cmd({}, {{"protocol", R"({"pbu_rate": 0, "pbu_burst": 1000001})"}}),
         {"/protocol/pbu_burst: 1000001 is out of range; give 1 to 1000000",
          "/protocol/pbu_rate: 0 is out of range; give 1 to 1000000"}},
        {cmd({}, {{"protocol", R"({"strict_update_rate": 1})"}}),
         {"/protocol/strict_update_rate: 1 is neither true nor false; give one of them"}},
        {maar({}, {{"advert", R"({"mtu": 1279})"}}),
         {"/advert/mtu: 1279 is out of range; give 1280 to 9000, or 0 for no MTU option"}},
    });
}

TEST_CASE("durations have a unit and a range") {
    const auto protocol = [](const std::string& section) {
        return cmd({}, {{"protocol", section}});
    };
    check({
        {protocol(R"({"lifetime": 600})"),
         {"/protocol/lifetime: 600 has no unit; give a duration like \"600s\""}},
        {protocol(R"({"lifetime": "long"})"),
         {"/protocol/lifetime: \"long\" is not a duration; give one like \"600s\", \"300ms\" or "
          "\"24h\""}},
        {protocol(R"({"lifetime": "3s"})"),
         {"/protocol/lifetime: \"3s\" is out of range; give \"4s\" to \"262140s\""}},
        {protocol(R"({"lifetime": "73h"})"),
         {"/protocol/lifetime: \"73h\" is out of range; give \"4s\" to \"262140s\""}},
        {protocol(R"({"lifetime": "4.5s"})"),
         {"/protocol/lifetime: \"4.5s\" is finer than can be kept; give whole seconds"}},
        {protocol(R"({"timestamp_window": "1.5ms"})"),
         {"/protocol/timestamp_window: \"1.5ms\" is finer than can be kept; give whole "
          "milliseconds"}},
        {protocol(R"({"timestamp_window": "0s"})"),
         {"/protocol/timestamp_window: \"0s\" is out of range; give \"0.001s\" to \"3600s\""}},
        {protocol(R"({"heartbeat_interval": "29s"})"),
         {"/protocol/heartbeat_interval: \"29s\" is out of range; give \"30s\" to \"3600s\", or "
          "\"0s\" for no heartbeats"}},
        {protocol(R"({"missing_heartbeats_allowed": 0})"),
         {"/protocol/missing_heartbeats_allowed: 0 is out of range; give 1 to 100"}},
        {protocol(R"({"mode": "anchor"})"),
         {"/protocol/mode: \"anchor\": unknown mode; known are proxy, relay, locator"}},
        {protocol(R"({"mode": "relay", "aggregation_timeout": "2s"})"),
         {"/protocol/initial_bindack_timeout: \"1s\" is less than aggregation_timeout; give at "
          "least \"2s\""}},
        {protocol(R"({"initial_bindack_timeout": "40s"})"),
         {"/protocol/max_bindack_timeout: \"32s\" is less than initial_bindack_timeout; give at "
          "least \"40s\""}},
        {protocol(R"({"lifetime": "4s", "initial_bindack_timeout": "1001ms"})"),
         {"/protocol/lifetime: \"4s\" is less than four times initial_bindack_timeout; give at "
          "least \"4.004s\""}},
        // What follows from a wrong value is not said.
        {protocol(R"({"lifetime": "4s", "initial_bindack_timeout": "40"})"),
         {"/protocol/initial_bindack_timeout: \"40\" is not a duration; give one like \"600s\", "
          "\"300ms\" or \"24h\""}},
        {maar({{"quarantine", "\"8761h\""}}),
         {"/maar/quarantine: \"8761h\" is out of range; give \"0s\" to \"31536000s\""}},
        {maar({}, {{"advert", R"({"router_lifetime": "9001s"})"}}),
         {"/advert/router_lifetime: \"9001s\" is out of range; give \"1s\" to \"9000s\""}},
        {maar({}, {{"advert", R"({"router_lifetime": "299s"})"}}),
         {"/advert/router_lifetime: \"299s\" is less than interval; give at least \"300s\""}},
        {maar({}, {{"advert", R"({"preferred_lifetime": "200s"})"}}),
         {"/advert/preferred_lifetime: \"200s\" is less than interval; give at least "
          "\"300s\""}},
        {maar({}, {{"advert", R"({"valid_lifetime": "1h"})"}}),
         {"/advert/valid_lifetime: \"3600s\" is less than preferred_lifetime; give at least "
          "\"14400s\""}},
    });
}

TEST_CASE("the control socket has an absolute path that fits") {
    const std::string deep = "/run/" + std::string(103, 'x');
    check({
        {cmd({}, {{"control_socket", "\"cmd.sock\""}}),
         {"/control_socket: \"cmd.sock\" is not an absolute path; give one like "
          "\"/run/dmm/maar1.sock\""}},
        {cmd({}, {{"control", R"({"group": "a b", "read_group": 5})"}}),
         {"/control/group: \"a b\" is not the name of a group; give one like \"dmm\"",
          "/control/read_group: 5 is not the name of a group; give one like \"dmm\""}},
        {cmd({}, {{"control", R"({"read_group": "dmm"})"}}),
         {"/control/read_group: \"dmm\" may change things as /control/group; give another group, "
          "or leave it away"}},
        {cmd({}, {{"control", R"({"grup": "dmm"})"}}),
         {"/control/grup: unknown key; did you mean \"group\"?"}},
        {cmd({}, {{"control_socket", "5"}}),
         {"/control_socket: 5 is not a string; give one in double quotes"}},
        {cmd({}, {{"control_socket", '"' + deep + '"'}}),
         {"/control_socket: \"" + deep.substr(0, 64) +
          "\"... has 108 octets; a socket's path has at most 107"}},
    });
    CHECK(complaints(cmd({}), std::string(100, 'i')).size() == 1);
    CHECK(complaints(cmd({}, {{"control_socket", '"' + deep.substr(0, 107) + '"'}})).empty());
}

TEST_CASE("all errors come at once, in the order of their places") {
    std::string peers = "[";
    for (int i = 0; i < 11; ++i)
        peers += i == 2 || i == 10 ? "1," : "\"2001:db8:2::" + std::to_string(i + 1) + "\",";
    peers.back() = ']';
    check({{maar({{"pool", "1"}, {"peers", peers}, {"x", "1"}, {"address", "2"}},
                 {{"log", "\"loud\""}, {"zzz", "0"}}),
            {"/log: \"loud\": unknown log level; known are error, warning, info, debug",
             "/maar/address: 2 is not an IPv6 address; give one like \"2001:db8:1::1\"",
             "/maar/peers/2: 1 is not an IPv6 address; give one like \"2001:db8:1::1\"",
             "/maar/peers/10: 1 is not an IPv6 address; give one like \"2001:db8:1::1\"",
             "/maar/pool: 1 is not an IPv6 prefix; give one like \"2001:db8:a100::/48\"",
             "/maar/x: unknown key; known are address, cmd, peers, core_interface, access_links, "
             "pool, quarantine, idle_release, local_prefixes, nodes, known_nodes_only, "
             "source_check, on_exit, deprecate_on_exit, encap, uplinks, access_technology, table, "
             "rule_priority",
             "/zzz: unknown key; known are role, log, control_socket, hooks, control, metrics, "
             "protocol, maar, "
             "advert, "
             "cmd"}}});
}

TEST_CASE("keys that look like numbers stand in the order of the numbers, before words") {
    check({{maar({}, {{"1a", "0"}, {"10", "0"}, {"x", "0"}, {"2", "0"}}),
            {"/2: unknown key; known are role, log, control_socket, hooks, control, metrics, "
             "protocol, "
             "maar, advert, "
             "cmd",
             "/10: unknown key; known are role, log, control_socket, hooks, control, metrics, "
             "protocol, "
             "maar, advert, cmd",
             "/1a: unknown key; known are role, log, control_socket, hooks, control, metrics, "
             "protocol, "
             "maar, advert, cmd",
             "/x: unknown key; known are role, log, control_socket, hooks, control, metrics, "
             "protocol, "
             "maar, advert, "
             "cmd"}}});
}

TEST_CASE("with an unknown role both sections are looked through") {
    check({{R"({"maar": {"address": 1, "cmd": "2001:db8::1", "access_links": ["a"],
                         "pool": "2001:db8:1::/48"},
                "cmd": {"address": "2001:db8::1", "maars": []}})",
            {"/cmd/maars: empty; give the MAARs like [{\"address\": \"2001:db8:1::1\", \"pool\": "
             "\"2001:db8:a100::/48\"}]",
             "/maar/address: 1 is not an IPv6 address; give one like \"2001:db8:1::1\"",
             "/role: missing; give a role like \"maar\" or \"cmd\""}}});
}

TEST_CASE("numbers of entries are limited") {
    std::string peers = "[";
    for (unsigned i = 0; i <= limits::kPeers; ++i)
        peers += "\"2001:db8:2::" + std::to_string(i) + "\",";
    peers.back() = ']';
    check({{maar({{"peers", peers}}), {"/maar/peers: 1025 elements; give at most 1024"}}});
}

}  // namespace
}  // namespace dmm::config
