#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tools/dmmctl/render.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

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

std::vector<control::NodeView> nodes_of_a_maar() {
    std::vector<control::NodeView> nodes{
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
         .mac = "",
         .state = "refused",
         .link = "lan1",
         .serving = "2001:db8:2::1",
         .since_ms = 0,
         .expires_in_ms = 0,
         .anchors = {},
         .last_error = ""}};
    nodes[0].anchors[0].traffic = {{.prefix = "2001:db8:a200:1::/64",
                                    .packets_up = 12,
                                    .octets_up = 3'456,
                                    .packets_down = 1,
                                    .octets_down = 80},
                                   {.prefix = "2001:db8:a200:2::/64"}};
    nodes[0].spoofed = 3;
    return nodes;
}

TEST_CASE("a node is a line") {
    CHECK(render(nodes_of_a_maar()) ==
          "NODE               STATE     SINCE  EXPIRES  AT             ANCHORS  NOTE\n"
          "alice@example      serving   3m12s  6m48s    lan0                 2  spoofs\n"
          "02:00:00:00:01:02  previous  1s     -        2001:db8:3::1        1  error\n"
          "bob@example        refused   0s     -        lan1                 0\n");
}

TEST_CASE("nodes at length, with their anchors and what passed them") {
    CHECK(render(nodes_of_a_maar(), {.full = true}) ==
          "NODE               STATE     SINCE  EXPIRES  ANCHORS\n"
          "alice@example      serving   3m12s  6m48s          2\n"
          "  at       lan0\n"
          "  address  02:00:00:00:01:01\n"
          "  spoofed  3 packets within an hour\n"
          "  anchor   2001:db8:2::1, serving\n"
          "    prefix   2001:db8:a200:1::/64\n"
          "      passed   up 12 packets, 3.4 kB; down 1 packet, 80 B\n"
          "    prefix   2001:db8:a200:2::/64\n"
          "    router   fe80::5c1e:2aff:fe01:2  02:00:00:00:00:01\n"
          "  anchor   2001:db8:1::1, previous\n"
          "    prefix   2001:db8:a100:1::/64\n"
          "    router   fe80::8d3:54ff:fe07:1  02:00:00:00:00:01\n"
          "02:00:00:00:01:02  previous  1s     -              1\n"
          "  at       2001:db8:3::1\n"
          "  address  02:00:00:00:01:02\n"
          "  error    ip link add dlif2: File exists\n"
          "  anchor   2001:db8:2::1, previous\n"
          "    prefix   none\n"
          "    router   fe80::1  02:00:00:00:00:01\n"
          "bob@example        refused   0s     -              0\n"
          "  at       lan1\n");
}

std::size_t widest_line(const std::string& text) {
    std::size_t widest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        widest = std::max(widest, width_of(line));
    return widest;
}

const std::string kLongAddress = "2001:db8:1234:5678:9abc:def0:1234:5678";

TEST_CASE("tables fit into 80 columns, whatever is in them") {
    std::vector<control::NodeView> nodes(1);
    nodes[0].mn = "somebody.with.a.long.name@visited.network.operator.example";
    nodes[0].state = "registering";
    nodes[0].serving = kLongAddress;
    nodes[0].since_ms = nodes[0].expires_in_ms = 86'400'000ULL * 999;
    nodes[0].spoofed = 1;
    CHECK(widest_line(render(nodes)) == 80);
    // Of what is cut both ends are left.
    CHECK(render(nodes).find("\nsomebody") != std::string::npos);
    CHECK(render(nodes).find("~example  registering") != std::string::npos);
    CHECK(render(nodes).find(":5678") != std::string::npos);
    CHECK(render(nodes, {.full = true}).find(nodes[0].mn) != std::string::npos);
    CHECK(render(nodes, {.full = true}).find(kLongAddress) != std::string::npos);

    control::PeerView peer{.address = kLongAddress,
                           .role = "maar",
                           .pool = kLongAddress + "/128",
                           .nodes = 1'000'000,
                           .sent = 1'234'567'890,
                           .received = 1'234'567'890,
                           .last_heard_ms = 3'000,
                           .heard = true,
                           .state = "unknown"};
    CHECK(widest_line(render(std::vector{peer})) == 80);
    CHECK(render(std::vector{peer}, {.full = true}).find(kLongAddress) != std::string::npos);
    peer.address = "2001:db8:1::1";
    peer.pool = "2001:db8:a100::/48";
    peer.nodes = 12;
    peer.sent = peer.received = 1'234'567;
    CHECK(render(std::vector{peer}).find(peer.pool) != std::string::npos);

    control::StatusView status;
    status.last_kernel_error = std::string(60, 'x') + ' ' + std::string(60, 'y');
    CHECK(widest_line(render(status)) == 79);
}

TEST_CASE("a long command goes on where a shell wants it to") {
    const std::vector<control::ForwardingView> objects{
        {.kind = "tunnel",
         .object = "ip link add dmmt1 type ip6tnl mode ip6ip6 local 2001:db8:1::1 remote "
                   "2001:db8:2::1 encaplimit none hoplimit 64"},
        {.kind = "rule", .object = "ip -6 rule add table 8885"}};
    CHECK(render(objects) ==
          "KIND    OBJECT\n"
          "tunnel  ip link add dmmt1 type ip6tnl mode ip6ip6 local 2001:db8:1::1 remote \\\n"
          "            2001:db8:2::1 encaplimit none hoplimit 64\n"
          "rule    ip -6 rule add table 8885\n");
    CHECK(render(objects, {.full = true}).find("remote 2001:db8:2::1") != std::string::npos);
}

TEST_CASE("octets have units") {
    CHECK(octets_text(0) == "0 B");
    CHECK(octets_text(999) == "999 B");
    CHECK(octets_text(1'000) == "1.0 kB");
    CHECK(octets_text(999'999) == "999.9 kB");
    CHECK(octets_text(12'345'678'901) == "12.3 GB");
    CHECK(octets_text(18'446'744'073'709'551'615U) == "18.4 EB");
}

TEST_CASE("text is cut between characters, in its middle") {
    CHECK(cut_to("abcdefgh", 8) == "abcdefgh");
    CHECK(cut_to("abcdefgh", 5) == "ab~gh");
    CHECK(cut_to("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", 3) == "\xc3\xa4~\xc3\x9f");
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
          "PEER               ROLE  STATE  NODES     SENT  RCVD  HEARD\n"
          "2001:db8:ffff::c0  cmd   up        12  1234567     5     3s\n"
          "2001:db8:2::1      maar             0        0     0  never\n");
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
    CHECK(render(std::vector<control::NodeView>{}, {.filtered = true}) == "no such nodes\n");
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
