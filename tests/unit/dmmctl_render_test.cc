#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tools/dmmctl/render.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

TEST_CASE("times have the two largest units that say something") {
    CHECK(time_text(0) == "0s");
    CHECK(time_text(999) == "0s");
    CHECK(time_text(59'999) == "59s");
    CHECK(time_text(60'000) == "1m");
    CHECK(time_text(192'000) == "3m12s");
    CHECK(time_text(3'600'000) == "1h");
    CHECK(time_text(3'605'000) == "1h");
    CHECK(time_text(7'500'000) == "2h5m");
    CHECK(time_text(86'400'000) == "1d");
    CHECK(time_text(763'200'000) == "8d20h");
    CHECK(time_text(18'446'744'073'709'551'615U) == "213503982334d14h");
}

TEST_CASE("a table is as wide as its cells, and blank columns are left out") {
    Table table({{"A"}, {"BLANK"}, {"NUMBER", Align::Right}, {"LAST"}});
    table.add({"long cell", "", "7", ""});
    table.add({"x", "", "12345678", "y"});
    CHECK(table.lines() == std::vector<std::string>{"A            NUMBER  LAST",
                                                    "long cell         7",
                                                    "x          12345678  y"});
}

TEST_CASE("characters are counted, not octets, and none reaches the terminal's controls") {
    Table table({{"NAME"}, {"X"}});
    table.add({"\xc3\xa4\xc3\xb6", "1"});
    table.add({"a\x1b[2J", "2"});
    CHECK(table.lines() ==
          std::vector<std::string>{"NAME   X", "\xc3\xa4\xc3\xb6     1", "a?[2J  2"});
}

TEST_CASE("status of a MAAR") {
    control::StatusView status{.instance = "maar1",
                               .role = "maar",
                               .version = "0.1.0",
                               .address = "2001:db8:1::1",
                               .uptime_ms = 192'000,
                               .nodes = 2,
                               .anchored = 1,
                               .peers = 3,
                               .last_kernel_error = ""};
    CHECK(render(status) ==
          "instance  maar1\n"
          "role      maar\n"
          "address   2001:db8:1::1\n"
          "version   0.1.0\n"
          "uptime    3m12s\n"
          "nodes     2 here, 1 elsewhere with prefixes of ours\n"
          "peers     3\n");
    status.role = "cmd";
    status.last_kernel_error = "ip link add dlif1: File exists";
    CHECK(render(status) ==
          "instance           maar1\n"
          "role               cmd\n"
          "address            2001:db8:1::1\n"
          "version            0.1.0\n"
          "uptime             3m12s\n"
          "nodes              2\n"
          "peers              3\n"
          "last kernel error  ip link add dlif1: File exists\n");
}

control::AnchorView anchor(const char* maar,
                           std::vector<std::string> prefixes,
                           const char* state,
                           const char* link_local) {
    return {.maar = maar,
            .prefixes = std::move(prefixes),
            .dlif_mac = "02:00:00:00:00:01",
            .dlif_link_local = link_local,
            .state = state};
}

TEST_CASE("nodes of a MAAR, with their anchors under them") {
    const std::vector<control::NodeView> nodes{
        {.mn = "alice@example",
         .mac = "02:00:00:00:01:01",
         .state = "serving",
         .link = "lan0",
         .serving = "2001:db8:2::1",
         .since_ms = 192'000,
         .expires_in_ms = 408'000,
         .anchors = {anchor("2001:db8:2::1",
                            {"2001:db8:a200:1::/64", "2001:db8:a200:2::/64"},
                            "serving",
                            "fe80::5c1e:2aff:fe01:2"),
                     anchor("2001:db8:1::1",
                            {"2001:db8:a100:1::/64"},
                            "previous",
                            "fe80::8d3:54ff:fe07:1")},
         .last_error = ""},
        {.mn = "02:00:00:00:01:02",
         .mac = "02:00:00:00:01:02",
         .state = "previous",
         .link = "",
         .serving = "2001:db8:3::1",
         .since_ms = 1'000,
         .expires_in_ms = 0,
         .anchors = {anchor("2001:db8:2::1", {}, "previous", "fe80::1")},
         .last_error = "ip link add dlif2: File exists"},
        {.mn = "bob@example",
         .mac = "02:00:00:00:01:03",
         .state = "refused",
         .link = "lan1",
         .serving = "2001:db8:2::1",
         .since_ms = 0,
         .expires_in_ms = 0,
         .anchors = {},
         .last_error = ""}};
    CHECK(render(nodes) ==
          "NODE               STATE     SINCE  EXPIRES  AT             ADDRESS\n"
          "alice@example      serving   3m12s  6m48s    lan0           02:00:00:00:01:01\n"
          "  2001:db8:2::1  serving   2001:db8:a200:1::/64  fe80::5c1e:2aff:fe01:2\n"
          "                           2001:db8:a200:2::/64\n"
          "  2001:db8:1::1  previous  2001:db8:a100:1::/64  fe80::8d3:54ff:fe07:1\n"
          "02:00:00:00:01:02  previous  1s     -        2001:db8:3::1  02:00:00:00:01:02\n"
          "  2001:db8:2::1  previous  no prefix             fe80::1\n"
          "  last error: ip link add dlif2: File exists\n"
          "bob@example        refused   0s     -        lan1           02:00:00:00:01:03\n");
}

TEST_CASE("a CMD's nodes are where their S-MAAR is") {
    const std::vector<control::NodeView> nodes{
        {.mn = "alice@example",
         .mac = "",
         .state = "bound",
         .link = "",
         .serving = "2001:db8:2::1",
         .since_ms = 5'000,
         .expires_in_ms = 595'000,
         .anchors = {anchor("2001:db8:2::1", {"2001:db8:a200:1::/64"}, "serving", "fe80::2"),
                     anchor("2001:db8:1::1", {"2001:db8:a100:1::/64"}, "updating", "fe80::1")},
         .last_error = ""}};
    CHECK(render(nodes) ==
          "NODE           STATE  SINCE  EXPIRES  AT\n"
          "alice@example  bound  5s     9m55s    2001:db8:2::1\n"
          "  2001:db8:2::1  serving   2001:db8:a200:1::/64  fe80::2\n"
          "  2001:db8:1::1  updating  2001:db8:a100:1::/64  fe80::1\n");
}

TEST_CASE("what a node sends and what it forged stands below it") {
    control::AnchorView own =
        anchor("2001:db8:2::1", {"2001:db8:a200:1::/64"}, "serving", "fe80::2");
    own.traffic = {{.prefix = "2001:db8:a200:1::/64",
                    .packets_up = 12,
                    .octets_up = 3'456,
                    .packets_down = 7,
                    .octets_down = 8},
                   {.prefix = "2001:db8:a200:2::/64"}};
    control::NodeView node;
    node.mn = "alice@example";
    node.state = "serving";
    node.link = "lan0";
    node.anchors = {own};
    node.spoofed = 3;
    CHECK(render(std::vector{node}) ==
          "NODE           STATE    SINCE  EXPIRES  AT\n"
          "alice@example  serving  0s     -        lan0\n"
          "  2001:db8:2::1  serving  2001:db8:a200:1::/64  fe80::2\n"
          "  2001:db8:a200:1::/64: 12 packets up, 7 down\n"
          "  spoofed: 3 packets\n");
}

TEST_CASE("ordinary tables of nodes fit into 80 columns") {
    const std::vector<control::NodeView> nodes{{.mn = "02:00:00:00:01:02",
                                                .mac = "02:00:00:00:01:02",
                                                .state = "previous",
                                                .link = "",
                                                .serving = "2001:db8:3::1",
                                                .since_ms = 3'599'000,
                                                .expires_in_ms = 3'599'000,
                                                .anchors = {anchor("2001:db8:1::1",
                                                                   {"2001:db8:a100:ffff::/64"},
                                                                   "previous",
                                                                   "fe80::5c1e:2aff:fe01:2abc")},
                                                .last_error = ""}};
    std::string line;
    for (const char c : render(nodes)) {
        if (c != '\n') line += c;
        CHECK(line.size() <= 80);
        if (c == '\n') line.clear();
    }
}

TEST_CASE("peers, objects and counters") {
    CHECK(render(std::vector<control::PeerView>{{.address = "2001:db8:ffff::c0",
                                                 .role = "cmd",
                                                 .pool = "",
                                                 .nodes = 12,
                                                 .sent = 1'234'567,
                                                 .received = 5,
                                                 .last_heard_ms = 3'000,
                                                 .heard = true,
                                                 .state = "up"},
                                                {.address = "2001:db8:2::1",
                                                 .role = "maar",
                                                 .pool = "",
                                                 .nodes = 0,
                                                 .sent = 0,
                                                 .received = 0,
                                                 .last_heard_ms = 0,
                                                 .heard = false,
                                                 .state = ""}}) ==
          "PEER               ROLE  STATE  NODES     SENT  RECEIVED  HEARD\n"
          "2001:db8:ffff::c0  cmd   up        12  1234567         5  3s ago\n"
          "2001:db8:2::1      maar             0        0         0  never\n");
    CHECK(render(std::vector<control::ForwardingView>{
              {.kind = "tunnel", .object = "ip link add dmmt1 type ip6tnl"},
              {.kind = "rule", .object = "ip -6 rule add table 8885"}}) ==
          "KIND    OBJECT\n"
          "tunnel  ip link add dmmt1 type ip6tnl\n"
          "rule    ip -6 rule add table 8885\n");
    CHECK(render(std::vector<control::CounterView>{{.name = "received.BU", .value = 7},
                                                   {.name = "sent.BA", .value = 1'000}}) ==
          "COUNTER      VALUE\n"
          "received.BU      7\n"
          "sent.BA       1000\n");
}

TEST_CASE("nothing is said in words") {
    CHECK(render(std::vector<control::NodeView>{}) == "no nodes\n");
    CHECK(render(std::vector<control::PeerView>{}) == "no peers\n");
    CHECK(render(std::vector<control::ForwardingView>{}) ==
          "nothing is wished for in the kernel\n");
    CHECK(render(std::vector<control::CounterView>{}) == "nothing is counted yet\n");
}

TEST_CASE("what was done, and the configuration, are shown as they are") {
    CHECK(render(control::Done{.message = "alice@example has left"}) == "alice@example has left\n");
    CHECK(render(control::ConfigText{.json = "{\n}"}) == "{\n}\n");
}

}  // namespace
}  // namespace dmm::dmmctl
