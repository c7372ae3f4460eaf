#include <string>
#include <vector>

#include "lib/control/protocol.h"
#include "lib/model/limits.h"
#include "tests/support/catch.h"

namespace dmm::control {
namespace {

TEST_CASE("requests have one form") {
    CHECK(encode(Request(ShowRequest{.what = Show::Nodes})) ==
          R"({"v":1,"command":"show","what":"nodes"})");
    CHECK(
        encode(Request(
            AttachRequest{.mac = "02:00:00:00:01:01", .link = "lan0", .mn = "alice@example"})) ==
        R"({"v":1,"command":"attach","mac":"02:00:00:00:01:01","link":"lan0","mn":"alice@example"})");
    CHECK(encode(Request(AttachRequest{.mac = "m", .link = "l", .mn = ""})) ==
          R"({"v":1,"command":"attach","mac":"m","link":"l"})");
    CHECK(encode(Request(DetachRequest{.mn = "alice@example", .now = true})) ==
          R"({"v":1,"command":"detach","mn":"alice@example","now":true})");
    CHECK(encode(Request(ShutdownRequest{.forwarding = OnExit::Keep})) ==
          R"({"v":1,"command":"shutdown","forwarding":"keep"})");
}

TEST_CASE("every request survives the way") {
    std::vector<Request> requests;
    for (const Show what :
         {Show::Status, Show::Nodes, Show::Forwarding, Show::Peers, Show::Counters, Show::Config}) {
        requests.emplace_back(ShowRequest{.what = what});
    }
    requests.emplace_back(ShowRequest{.what = Show::Nodes,
                                      .filter = {.mn = "*@example",
                                                 .prefix = Prefix::parse("2001:db8:a100::/48"),
                                                 .link = "lan0",
                                                 .state = "serving"}});
    requests.emplace_back(ShowRequest{
        .what = Show::Nodes,
        .filter = {.mn = "", .prefix = Prefix::parse("2001:db8::5/128"), .link = "", .state = ""}});
    requests.emplace_back(AttachRequest{.mac = "02:00:00:00:01:01", .link = "lan0", .mn = ""});
    requests.emplace_back(AttachRequest{.mac = "\"\\\n", .link = "\xc3\xa4", .mn = "\x01"});
    requests.emplace_back(DetachRequest{.mn = "a@b", .now = false});
    requests.emplace_back(DetachRequest{.mn = "a@b", .now = true});
    requests.emplace_back(RemoveRequest{.mn = "a@b", .maar = ""});
    requests.emplace_back(RemoveRequest{.mn = "a@b", .maar = "2001:db8:1::1"});
    requests.emplace_back(MonitorRequest{});
    requests.emplace_back(MonitorRequest{.events = {"handover", "stopped"}, .mn = "a@b"});
    requests.emplace_back(CheckRequest{});
    requests.emplace_back(MetricsRequest{});
    requests.emplace_back(ShutdownRequest{});
    requests.emplace_back(ReloadRequest{});
    requests.emplace_back(ReloadRequest{.dry_run = true});
    requests.emplace_back(DrainRequest{.on = true});
    requests.emplace_back(DrainRequest{.on = false});
    requests.emplace_back(LogRequest{});
    requests.emplace_back(LogRequest{.level = LogLevel::Warning});
    requests.emplace_back(ShutdownRequest{.forwarding = OnExit::Flush});
    requests.emplace_back(ShutdownRequest{.forwarding = OnExit::Keep});
    for (const Request& request : requests) {
        const std::string line = encode(request);
        INFO(line);
        CHECK(line.find('\n') == std::string::npos);
        const auto read = decode_request(line);
        REQUIRE(read);
        CHECK(*read == request);
    }
}

TEST_CASE("a request that is not understood is told why") {
    struct Case {
        std::string line;
        std::string complaint;
    };

    const std::vector<Case> cases{
        {"", "the request is not a JSON object in one line"},
        {"{\"v\":1", "the request is not a JSON object in one line"},
        {"[1]", "the request is not a JSON object in one line"},
        {"\"\xff\"", "the request is not a JSON object in one line"},
        {"{} {}", "the request is not a JSON object in one line"},
        {std::string(4097, ' '), "the request is longer than 4096 octets"},
        {R"({"command":"show","what":"nodes"})", R"("v" is missing; this daemon speaks version 1)"},
        {R"({"v":2,"command":"show","what":"nodes"})",
         R"("v" is another version; this daemon speaks version 1)"},
        {R"({"v":"1","command":"show","what":"nodes"})",
         R"("v" is another version; this daemon speaks version 1)"},
        {R"({"v":1})", R"("command" is missing)"},
        {R"({"v":1,"command":7})", R"("command" is not a string)"},
        {R"({"v":1,"command":"atach"})", R"(unknown command "atach"; did you mean "attach"?)"},
        {R"({"v":1,"command":"frobnicate"})",
         R"(unknown command "frobnicate"; known are show, attach, detach, remove, trace, monitor, check, shutdown, reload, drain, undrain, log, metrics)"},
        {R"({"v":1,"command":"monitor","events":["handovr"]})",
         R"(unknown event "handovr"; did you mean "handover"?)"},
        {R"({"v":1,"command":"monitor","events":["frobnicated"]})",
         R"(unknown event "frobnicated"; dmmd(8) lists them)"},
        {R"({"v":1,"command":"monitor","events":"handover"})",
         R"("events" is not an array of strings)"},
        {R"({"v":1,"command":"monitor","events":["handover",1]})",
         R"("events" is not an array of strings)"},
        {R"({"v":1,"command":"show"})", R"("what" is missing)"},
        {R"({"v":1,"command":"show","what":"nods"})",
         R"(unknown view "nods"; did you mean "nodes"?)"},
        {R"({"v":1,"command":"show","what":"peers","mn":"a"})",
         R"(unknown key "mn"; known are v, command, what)"},
        {R"({"v":1,"command":"show","what":"handovers","link":"a"})",
         R"(unknown key "link"; known are v, command, what, mn)"},
        {R"({"v":1,"command":"show","what":"nodes","mm":"a"})",
         R"(unknown key "mm"; did you mean "mn"?)"},
        {R"({"v":1,"command":"show","what":"nodes","state":"bund"})",
         R"(unknown state "bund"; did you mean "bound"?)"},
        {R"({"v":1,"command":"show","what":"nodes","mn":""})", R"("mn" is empty)"},
        {R"({"v":1,"command":"show","what":"nodes","link":1})", R"("link" is not a string)"},
        {R"({"v":1,"command":"show","what":"nodes","prefix":"fd00"})",
         R"("fd00" is neither a prefix nor an address; )"
         R"(give one like 2001:db8:a100:1::/64 or 2001:db8:a100:1::5)"},
        {R"({"v":1,"command":"attach","link":"lan0"})", R"("mac" is missing)"},
        {R"({"v":1,"command":"attach","mac":"m","link":["lan0"]})", R"("link" is not a string)"},
        {R"({"v":1,"command":"attach","mac":"m","lnk":"lan0"})", R"("link" is missing)"},
        {R"({"v":1,"command":"attach","mac":"m","link":"lan0","mm":"a"})",
         R"(unknown key "mm"; did you mean "mn"?)"},
        {R"({"v":1,"command":"detach","mn":"a","now":1})", R"("now" is neither true nor false)"},
        {R"({"v":1,"command":"detach","mn":"a","mn":"b"})", R"("mn" is given twice)"},
        {R"({"v":1,"command":"detach","mn":"a","link":"lan0"})",
         R"(unknown key "link"; known are v, command, mn, now)"},
        {R"({"v":1,"command":"shutdown","forwarding":"flsh"})",
         R"(unknown way to end "flsh"; did you mean "flush"?)"},
        {R"({"v":1,"command":"shutdown","forwarding":""})",
         R"(unknown way to end ""; known are flush, keep)"},
        {R"({"v":1,"command":"shutdown","forwarding":true})", R"("forwarding" is not a string)"},
        {R"({"v":1,"command":"shutdown","now":true})",
         R"(unknown key "now"; known are v, command, forwarding)"},
    };
    for (const Case& one : cases) {
        INFO(one.line);
        const auto read = decode_request(one.line);
        REQUIRE(!read);
        CHECK(read.error() == one.complaint);
    }
}

TEST_CASE("deep nesting in a request does no harm") {
    CHECK(!decode_request(std::string(4096, '[')));
    CHECK(!decode_request("{\"v\":1,\"command\":" + std::string(2000, '[') +
                          std::string(2000, ']') + "}"));
}

StatusView status() {
    return {.instance = "maar1",
            .role = "maar",
            .version = "0.1.0",
            .address = "2001:db8:1::1",
            .uptime_ms = 192'000,
            .nodes = 2,
            .anchored = 1,
            .peers = 3,
            .last_kernel_error = "ip link add x: \"File exists\""};
}

std::vector<NodeView> nodes() {
    return {{.mn = "alice@example",
             .mac = "02:00:00:00:01:01",
             .state = "serving",
             .link = "lan0",
             .serving = "2001:db8:2::1",
             .since_ms = 1,
             .expires_in_ms = 18'446'744'073'709'551'615U,
             .anchors = {{.maar = "2001:db8:2::1",
                          .prefixes = {"2001:db8:a200:1::/64", "2001:db8:a200:2::/64"},
                          .dlif_mac = "02:00:00:00:00:02",
                          .dlif_link_local = "fe80::2",
                          .state = "serving",
                          .traffic = {{.prefix = "2001:db8:a200:1::/64",
                                       .packets_up = 1,
                                       .octets_up = 18'446'744'073'709'551'615U,
                                       .packets_down = 2,
                                       .octets_down = 3},
                                      {}}},
                         {}},
             .last_error = "none",
             .spoofed = 7},
            {}};
}

TEST_CASE("every reply survives the way") {
    const auto goes_through = [](const Request& asked, const Reply& reply) {
        const std::string line = encode(reply);
        INFO(line);
        CHECK(line.find('\n') == std::string::npos);
        const auto read = decode_reply(asked, line);
        REQUIRE(read);
        CHECK(*read == reply);
    };
    goes_through(ShowRequest{Show::Status}, status());
    goes_through(ShowRequest{Show::Nodes}, nodes());
    goes_through(ShowRequest{Show::Nodes}, std::vector<NodeView>{});
    goes_through(ShowRequest{Show::Forwarding},
                 std::vector<ForwardingView>{{.kind = "route", .object = "ip -6 route add x"}, {}});
    goes_through(ShowRequest{Show::Forwarding}, std::vector<ForwardingView>{});
    goes_through(ShowRequest{Show::Peers},
                 std::vector<PeerView>{{.address = "2001:db8:2::1",
                                        .role = "maar",
                                        .pool = "2001:db8:a200::/48",
                                        .nodes = 1,
                                        .sent = 2,
                                        .received = 3,
                                        .last_heard_ms = 4,
                                        .heard = true,
                                        .state = "lost"},
                                       {}});
    goes_through(ShowRequest{Show::Peers}, std::vector<PeerView>{});
    goes_through(ShowRequest{Show::Counters},
                 std::vector<CounterView>{{.name = "z", .value = 1}, {.name = "a", .value = 0}});
    goes_through(ShowRequest{Show::Counters}, std::vector<CounterView>{});
    goes_through(ShowRequest{Show::Config},
                 ConfigText{.json = "{\n  \"role\": \"cmd\",\n  \"a\": [\n    1\n  ]\n}"});
    goes_through(ShowRequest{Show::Handovers},
                 std::vector<HandoverView>{{.mn = "a@b",
                                            .kind = "handover",
                                            .state = "done",
                                            .from = "::1",
                                            .to = "::2",
                                            .here = "::2",
                                            .cmd = "::3",
                                            .began_ms = 1,
                                            .ago_ms = 2,
                                            .took_us = 3,
                                            .steps = {{.at_us = 4,
                                                       .step = "received",
                                                       .message = "PBA",
                                                       .peer = "::3",
                                                       .sequence = 5,
                                                       .status = "ACCEPTED",
                                                       .revision = 0}},
                                            .left_out = 6},
                                           {}});
    goes_through(
        CheckRequest{},
        std::vector<FindingView>{{.name = "forwarding",
                                  .severity = "error",
                                  .found = "is off",
                                  .remedy = "sysctl -w net.ipv6.conf.all.forwarding=1"},
                                 {.name = "clock", .severity = "ok", .found = "", .remedy = ""}});
    goes_through(CheckRequest{}, std::vector<FindingView>{});
    goes_through(CheckRequest{}, Failed{.code = 8, .message = "asked too often"});
    goes_through(MetricsRequest{}, MetricsText{.text = "# HELP a b\na{c=\"d\"} 1\n"});
    goes_through(AttachRequest{}, Done{.message = "done"});
    goes_through(DetachRequest{}, Done{.message = ""});
    for (const Request& asked :
         {Request(ShowRequest{Show::Nodes}), Request(AttachRequest{}), Request(DetachRequest{})}) {
        goes_through(asked, Failed{.code = 8, .message = "no such node"});
        goes_through(asked, Failed{.code = 9, .message = "unknown command"});
    }
}

TEST_CASE("replies have one form") {
    CHECK(encode(Reply(Done{.message = "a \"word\""})) ==
          R"({"v":1,"code":0,"message":"a \"word\""})");
    CHECK(encode(Reply(Failed{.code = 9, .message = "no"})) ==
          R"({"v":1,"code":9,"message":"no"})");
    CHECK(
        encode(Reply(status())) ==
        R"({"v":1,"code":0,"status":{"instance":"maar1","role":"maar","version":"0.1.0",)"
        R"("address":"2001:db8:1::1","uptime_ms":192000,"nodes":2,"anchored":1,"peers":3,)"
        R"("draining":false,"draining_ms":0,"last_kernel_error":"ip link add x: \"File exists\""}})");
    NodeView node;
    node.mn = "a";
    node.anchors.emplace_back().maar = "m";
    CHECK(encode(Reply(std::vector{node})) ==
          R"({"v":1,"code":0,"nodes":[{"mn":"a","mac":"","state":"","link":"","serving":"",)"
          R"("since_ms":0,"expires_in_ms":0,"anchors":[{"maar":"m","prefixes":[],"dlif_mac":"",)"
          R"("dlif_link_local":"","state":"","traffic":[]}],"last_error":"","spoofed":0}]})");
    CHECK(encode(Reply(std::vector<CounterView>{{.name = "received.BU", .value = 7},
                                                {.name = "note.x", .value = 1}})) ==
          R"({"v":1,"code":0,"counters":{"received.BU":7,"note.x":1}})");
    CHECK(encode(Reply(std::vector<ForwardingView>{})) == R"({"v":1,"code":0,"forwarding":[]})");
    CHECK(encode(Reply(ConfigText{.json = "{ \"role\":\n \"cmd\" }"})) ==
          R"({"v":1,"code":0,"config":{"role":"cmd"}})");
}

TEST_CASE("text that is no UTF-8 does not stop a reply") {
    CHECK(encode(Reply(Done{.message = "a\xff"})) ==
          "{\"v\":1,\"code\":0,\"message\":\"a\xef\xbf\xbd\"}");
}

TEST_CASE("a reply beyond the limit is refused instead") {
    const ForwardingView large{.kind = "route", .object = std::string(1024U * 1024U, 'x')};
    const std::vector<ForwardingView> many(64, large);
    CHECK(encode(Reply(many)) ==
          R"({"v":1,"code":8,"message":"the answer is longer than 67108864 octets"})");
    CHECK(encode(Reply(std::vector<ForwardingView>(63, large))).size() > 63U * 1024U * 1024U);
}

TEST_CASE("a reply that is not understood is told why") {
    struct Case {
        Request asked;
        std::string line;
        std::string complaint;
    };

    const Request nodes_request = ShowRequest{Show::Nodes};
    const std::vector<Case> cases{
        {nodes_request, "", "it is no JSON object"},
        {nodes_request, "[]", "it is no JSON object"},
        {nodes_request, "{}", "it is not of version 1; use the dmmctl of the daemon's release"},
        {nodes_request,
         R"({"v":2,"code":0})",
         "it is not of version 1; use the dmmctl of the daemon's release"},
        {nodes_request, R"({"v":1})", "it has no code"},
        {nodes_request, R"({"v":1,"code":-1})", "it has no code"},
        {nodes_request, R"({"v":1,"code":10,"message":""})", "it has no code"},
        {nodes_request, R"({"v":1,"code":0})", R"("nodes" is missing)"},
        {nodes_request, R"({"v":1,"code":8})", "it has no message"},
        {AttachRequest{}, R"({"v":1,"code":0})", "it has no message"},
        {nodes_request, R"({"v":1,"code":0,"nodes":{}})", "its rows are no array"},
        {nodes_request, R"({"v":1,"code":0,"nodes":[1]})", R"("mn" is missing or of another type)"},
        {nodes_request,
         R"({"v":1,"code":0,"nodes":[{"mn":"a","mac":"","state":"","link":"","serving":"",)"
         R"("since_ms":-1}]})",
         R"("since_ms" is missing or of another type)"},
        {nodes_request,
         R"({"v":1,"code":0,"nodes":[{"mn":"a","mac":"","state":"","link":"","serving":"",)"
         R"("since_ms":0,"expires_in_ms":0,"anchors":[{"maar":"m","prefixes":[7]}]}]})",
         R"("prefixes" is missing or of another type)"},
        {CheckRequest{}, R"({"v":1,"code":0,"message":"x"})", R"("check" is missing)"},
        {MetricsRequest{}, R"({"v":1,"code":0,"metrics":1})", R"("metrics" is missing)"},
        {CheckRequest{},
         R"({"v":1,"code":0,"check":[{"name":"clock","severity":1}]})",
         R"("severity" is missing or of another type)"},
        {ShowRequest{Show::Counters},
         R"({"v":1,"code":0,"counters":[]})",
         "its counters are no object"},
        {ShowRequest{Show::Counters},
         R"({"v":1,"code":0,"counters":{"a":"b"}})",
         "a counter is no whole number"},
        {ShowRequest{Show::Config},
         R"({"v":1,"code":0,"config":"x"})",
         "its configuration is no object"},
    };
    for (const Case& one : cases) {
        INFO(one.line);
        const auto read = decode_reply(one.asked, one.line);
        REQUIRE(!read);
        CHECK(read.error() == "the daemon's reply is not understood: " + one.complaint);
    }
}

TEST_CASE("a newer daemon may say more") {
    const auto read = decode_reply(ShowRequest{Show::Forwarding},
                                   R"({"v":1,"code":0,"new":1,"forwarding":[)"
                                   R"({"kind":"a","object":"b","age":7}]})");
    REQUIRE(read);
    CHECK(std::get<std::vector<ForwardingView>>(*read) ==
          std::vector<ForwardingView>{{.kind = "a", .object = "b"}});
}

}  // namespace
}  // namespace dmm::control
