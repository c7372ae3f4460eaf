#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <grp.h>

#include "lib/control/protocol.h"
#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/commands.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/socket_choice.h"

namespace dmm::dmmctl {
namespace {

TEST_CASE("every command asks what it should") {
    struct Case {
        std::vector<std::string> words;
        control::Request request;
    };

    const std::vector<Case> cases{
        {{}, control::ShowRequest{control::Show::Status}},
        {{"status"}, control::ShowRequest{control::Show::Status}},
        {{"show", "status"}, control::ShowRequest{control::Show::Status}},
        {{"show", "nodes"}, control::ShowRequest{control::Show::Nodes}},
        {{"show", "forwarding"}, control::ShowRequest{control::Show::Forwarding}},
        {{"show", "peers"}, control::ShowRequest{control::Show::Peers}},
        {{"show", "counters"}, control::ShowRequest{control::Show::Counters}},
        {{"show", "config"}, control::ShowRequest{control::Show::Config}},
        {{"show", "nodes", "--long", "mn=*@example", "prefix=2001:db8::5", "link=lan0"},
         control::ShowRequest{.what = control::Show::Nodes,
                              .filter = {.mn = "*@example",
                                         .prefix = Prefix::parse("2001:db8::5/128"),
                                         .link = "lan0",
                                         .state = ""}}},
        {{"show", "nodes", "state=bound"},
         control::ShowRequest{.what = control::Show::Nodes,
                              .filter = {.mn = "", .prefix = {}, .link = "", .state = "bound"}}},
        {{"show", "handovers"}, control::ShowRequest{control::Show::Handovers}},
        {{"show", "handovers", "mn=a*"},
         control::ShowRequest{.what = control::Show::Handovers,
                              .filter = {.mn = "a*", .prefix = {}, .link = {}, .state = {}}}},
        {{"show", "sequence", "a@b"},
         control::ShowRequest{.what = control::Show::Handovers,
                              .filter = {.mn = "a@b", .prefix = {}, .link = {}, .state = {}}}},
        {{"show", "peers", "--long"}, control::ShowRequest{control::Show::Peers}},
        {{"attach", "02:00:00:00:01:01", "--link", "lan0"},
         control::AttachRequest{.mac = "02:00:00:00:01:01", .link = "lan0", .mn = ""}},
        {{"attach", "--mn", "a@b", "--link", "lan0", "m"},
         control::AttachRequest{.mac = "m", .link = "lan0", .mn = "a@b"}},
        {{"detach", "a@b"}, control::DetachRequest{.mn = "a@b", .now = false}},
        {{"detach", "--now", "a@b"}, control::DetachRequest{.mn = "a@b", .now = true}},
        {{"remove", "a@b"}, control::RemoveRequest{.mn = "a@b", .maar = ""}},
        {{"remove", "a@b", "::1"}, control::RemoveRequest{.mn = "a@b", .maar = "::1"}},
        {{"trace"}, control::TraceRequest{}},
        {{"monitor"}, control::MonitorRequest{}},
        {{"monitor", "event=handover,expired", "mn=a@b", "event=absent"},
         control::MonitorRequest{.events = {"handover", "expired", "absent"}, .mn = "a@b"}},
        {{"check"}, control::CheckRequest{}},
        {{"check", "--verbose"}, control::CheckRequest{}},
        {{"reload"}, control::ReloadRequest{}},
        {{"reload", "--dry-run"}, control::ReloadRequest{.dry_run = true}},
        {{"drain"}, control::DrainRequest{.on = true}},
        {{"undrain"}, control::DrainRequest{.on = false}},
        {{"log"}, control::LogRequest{.level = std::nullopt}},
        {{"log", "debug"}, control::LogRequest{.level = LogLevel::Debug}},
        {{"metrics"}, control::MetricsRequest{}},
        {{"shutdown"}, control::ShutdownRequest{}},
        {{"shutdown", "--flush"}, control::ShutdownRequest{.forwarding = OnExit::Flush}},
        {{"shutdown", "--keep"}, control::ShutdownRequest{.forwarding = OnExit::Keep}},
    };
    for (const Case& one : cases) {
        const Directory directory;
        FakeDaemon daemon(directory.path() + "/maar1.sock",
                          "{\"v\":1,\"code\":8,\"message\":\"not today\"}\n");
        CHECK(call(one.words, directory.path()) ==
              Outcome{.exit_code = kFailed, .out = "", .err = "dmmctl: not today\n"});
        const auto request = control::decode_request(daemon.request());
        REQUIRE(request);
        CHECK(*request == one.request);
    }
}

TEST_CASE("a wrong filter is one line with the nearest right word") {
    struct Case {
        std::vector<std::string> words;
        std::string complaint;
    };

    const std::vector<Case> cases{
        {{"nodes", "mm=alice"}, R"(show nodes: unknown filter "mm"; did you mean "mn"?)"},
        {{"nodes", "node=alice"},
         R"(show nodes: unknown filter "node"; known are mn, prefix, link, state)"},
        {{"nodes", "state=servng"},
         R"(show nodes: unknown state "servng"; did you mean "serving"?)"},
        {{"nodes", "alice@example"},
         R"(show nodes: "alice@example" is no filter; did you mean "mn=alice@example"?)"},
        {{"nodes", "state"}, R"(show nodes: "state" is no filter; did you mean "state=..."?)"},
        {{"nodes", "mn="}, R"(show nodes: "mn" is empty)"},
        {{"nodes", "mn=a", "mn=b"}, R"(show nodes: "mn" is given twice)"},
        {{"nodes", "prefix=2001:db8::/129"},
         R"(show nodes: "2001:db8::/129" is neither a prefix nor an address; )"
         "give one like 2001:db8:a100:1::/64 or 2001:db8:a100:1::5"},
        {{"peers", "mn=a"}, R"(show peers: "mn=a" is one word too many)"},
        {{"handovers", "state=bound"}, "show handovers: handovers are picked by mn= alone"},
        {{"sequence"}, "show sequence: MN is missing; give a node's name"},
        {{"sequence", "a", "b"}, R"(show sequence: "b" is one word too many)"},
        {{"sequence", "a", "--long"}, R"(show sequence: there is no option "--long")"},
        {{"nodes", "--svg", "x"}, R"(show nodes: there is no option "--svg")"},
        {{"node"}, R"(show: unknown view "node"; did you mean "nodes"?)"},
        {{"nodes", "--lang"},
         R"(show: unknown option "--lang"; did you mean "--long"?; )"
         "usage: dmmctl show VIEW [FILTER...] [--long]"},
    };
    for (const Case& one : cases) {
        std::vector<std::string> words{"show"};
        words.insert(words.end(), one.words.begin(), one.words.end());
        CHECK(call(words, "/nowhere") ==
              Outcome{.exit_code = kUsage, .out = "", .err = "dmmctl: " + one.complaint + '\n'});
    }
}

TEST_CASE("a daemon cannot flush and keep") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"shutdown", "--flush", "--keep"},
          std::vector<std::string>{"shutdown", "now"},
          std::vector<std::string>{"shutdown", "--flash"}}) {
        const Outcome outcome = call(words, "/nowhere");
        CHECK(outcome.exit_code == kUsage);
        CHECK(outcome.err.find("usage: dmmctl shutdown [--flush | --keep]") != std::string::npos);
    }
}

TEST_CASE("metrics are printed as they are, and never as JSON") {
    const std::string text = "# TYPE a gauge\na{b=\"c\\n\"} 1\n";
    const Directory directory;
    const FakeDaemon daemon(directory.path() + "/maar1.sock",
                            encode(control::Reply(control::MetricsText{.text = text})) + '\n');
    CHECK(call({"metrics"}, directory.path()) ==
          Outcome{.exit_code = kDone, .out = text, .err = ""});
    const Outcome json = call({"--json", "metrics"}, "/nowhere");
    CHECK(json.exit_code == kUsage);
    CHECK(json.err.find("--json is not for it") != std::string::npos);
}

TEST_CASE("findings are the exit status") {
    const control::Reply reply = std::vector<control::FindingView>{
        {.name = "clock", .severity = "ok", .found = "synchronised", .remedy = ""},
        {.name = "mtu", .severity = "warning", .found = "too\nlow", .remedy = "raise it"}};
    const auto ask = [&](const std::vector<std::string>& words) {
        const Directory directory;
        FakeDaemon daemon(directory.path() + "/maar1.sock", encode(reply) + '\n');
        return call(words, directory.path());
    };
    const std::string warning = "warning  mtu: too?low\n         remedy: raise it\n";
    CHECK(ask({"check"}) ==
          Outcome{.exit_code = 9, .out = warning + "1 warning, 1 ok\n", .err = ""});
    CHECK(ask({"check", "--verbose"}) ==
          Outcome{.exit_code = 9,
                  .out = "ok       clock: synchronised\n" + warning + "1 warning, 1 ok\n",
                  .err = ""});
    const Outcome json = ask({"check", "--json"});
    CHECK(json.exit_code == 9);
    CHECK(json.out.starts_with("{\n  \"v\": 1,\n  \"check\": ["));
    CHECK(call({"check", "now"}, "/nowhere").exit_code == kUsage);
}

TEST_CASE("an answer is shown as a table or as JSON") {
    const control::Reply reply = std::vector<control::ForwardingView>{
        {.kind = "rule", .object = "ip -6 rule add table 8885"}};
    const Directory directory;
    const std::string path = directory.path() + "/maar1.sock";
    {
        FakeDaemon daemon(path, encode(reply) + '\n');
        CHECK(call({"show", "forwarding", "-s", path}, "/nowhere") ==
              Outcome{.exit_code = kDone,
                      .out = "KIND  OBJECT\nrule  ip -6 rule add table 8885\n",
                      .err = ""});
    }
    std::filesystem::remove(path);
    FakeDaemon daemon(path,
                      R"({"v":1,"code":0,"later":true,"forwarding":[{"kind":"rule",)"
                      R"("object":"x","z":1,"a":2}]})"
                      "\n");
    CHECK(call({"--json", "-i", "maar1", "show", "forwarding"}, directory.path()) ==
          Outcome{.exit_code = kDone,
                  .out = "{\n"
                         "  \"v\": 1,\n"
                         "  \"later\": true,\n"
                         "  \"forwarding\": [\n"
                         "    {\n"
                         "      \"kind\": \"rule\",\n"
                         "      \"object\": \"x\",\n"
                         "      \"z\": 1,\n"
                         "      \"a\": 2\n"
                         "    }\n"
                         "  ]\n"
                         "}\n",
                  .err = ""});
}

TEST_CASE("a sequence is drawn, or missing") {
    const control::Reply none = std::vector<control::HandoverView>{};
    const control::Reply some =
        std::vector<control::HandoverView>{{.mn = "a@b",
                                            .kind = "attach",
                                            .state = "done",
                                            .from = "",
                                            .to = "::1",
                                            .here = "::1",
                                            .cmd = "::2",
                                            .steps = {{.at_us = 0, .step = "solicited"}}}};
    const Directory directory;
    const std::string path = directory.path() + "/maar1.sock";
    const auto ask = [&](const control::Reply& reply, const std::vector<std::string>& words) {
        std::filesystem::remove(path);
        FakeDaemon daemon(path, encode(reply) + '\n');
        return call(words, directory.path());
    };
    CHECK(ask(none, {"show", "sequence", "a@b"}) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: \"a@b\": none of its handovers is among the last ones here; "
                         "`dmmctl show handovers` lists them\n"});
    CHECK(ask(some, {"show", "sequence", "a@b"}).out.find("RS") != std::string::npos);
    CHECK(ask(some, {"show", "sequence", "a@b", "--json"}).out.starts_with("{\n  \"v\": 1,"));
    CHECK(ask(some, {"show", "sequence", "a@b", "--svg", "-"}).out.starts_with("<svg"));
    const std::string file = directory.path() + "/a.svg";
    CHECK(ask(some, {"show", "sequence", "a@b", "--svg", file}) ==
          Outcome{.exit_code = kDone, .out = "", .err = ""});
    CHECK(std::filesystem::file_size(file) > 500);
    CHECK(ask(some, {"show", "sequence", "a@b", "--svg", "/nowhere/x"}).err ==
          "dmmctl: \"/nowhere/x\" cannot be written: No such file or directory; give another "
          "file, or -\n");
}

TEST_CASE("an answer of megabytes arrives whole") {
    const std::vector<control::ForwardingView> many(
        20'000, {.kind = "route", .object = std::string(200, 'x')});
    const Directory directory;
    FakeDaemon daemon(directory.path() + "/maar1.sock", encode(control::Reply(many)) + '\n');
    const Outcome outcome = call({"show", "forwarding"}, directory.path());
    CHECK(outcome.exit_code == kDone);
    CHECK(outcome.out.size() == 14 + 20'000 * 208);
}

TEST_CASE("a trace is printed line by line until the daemon ends") {
    const std::string lines =
        "{\"time\":5,\"kind\":\"event\",\"text\":\"steady=5 wall=5 tick\"}\n"
        "{\"time\":5,\"kind\":\"action\",\"text\":\"> note\\u001b x\"}\n";
    const std::string begun = "{\"v\":1,\"code\":0,\"message\":\"events and actions follow\"}\n";
    const Directory directory;
    const std::string path = directory.path() + "/x.sock";
    const std::string ended = "dmmctl: " + path + ": the daemon hung up\n";
    {
        const FakeDaemon daemon(path, begun + lines);
        CHECK(call({"trace"}, directory.path()) ==
              Outcome{
                  .exit_code = kFailed, .out = "steady=5 wall=5 tick\n> note? x\n", .err = ended});
    }
    std::filesystem::remove(path);
    {
        const FakeDaemon daemon(path, begun + lines);
        CHECK(call({"trace", "--json"}, directory.path()) ==
              Outcome{.exit_code = kFailed, .out = lines, .err = ended});
    }
    std::filesystem::remove(path);
    const FakeDaemon daemon(path, begun + "{}\n" + lines);
    CHECK(call({"trace"}, directory.path()) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: the daemon's trace is not understood: it has no text\n"});
}

TEST_CASE("a daemon that answers badly is a failure") {
    struct Case {
        std::string answer;
        std::string complaint;
    };

    const Directory directory;
    const std::string path = directory.path() + "/x.sock";
    const std::vector<Case> cases{
        {"", path + ": the daemon hung up without an answer"},
        {"{\"v\":1", path + ": the daemon hung up without an answer"},
        {"ready\n", "the daemon's reply is not understood: it is no JSON object"},
        {"{\"v\":1,\"code\":8,\"message\":\"\\u001b[31mred\"}\n", "?[31mred"},
    };
    for (const Case& one : cases) {
        std::filesystem::remove(path);
        const FakeDaemon daemon(path, one.answer);
        CHECK(call({"show", "nodes"}, directory.path()) ==
              Outcome{.exit_code = kFailed, .out = "", .err = "dmmctl: " + one.complaint + '\n'});
    }
}

TEST_CASE("a daemon that does not answer is not waited for") {
    const Directory directory;
    const std::string path = directory.path() + "/x.sock";
    const int fd = listening(path);
    CHECK(call({}, directory.path(), std::chrono::milliseconds(50)) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: " + path + ": no answer within 0.05s\n"});
    ::close(fd);
}

TEST_CASE("without a daemon the way to one is told") {
    const Directory directory;
    const std::string& path = directory.path();
    const std::string none = "dmmctl: no daemon has a socket in " + path +
                             "; start one with `systemctl start dmmd@INSTANCE` or `dmmd FILE`\n";
    CHECK(call({}, path) == Outcome{.exit_code = kNoDaemon, .out = "", .err = none});
    CHECK(call({}, path + "/absent").exit_code == kNoDaemon);
    // What is no socket is no daemon.
    std::ofstream(path + "/file.sock") << "x";
    CHECK(call({}, path) == Outcome{.exit_code = kNoDaemon, .out = "", .err = none});

    const std::string dead = "dmmctl: no daemon listens at " + path +
                             "/maar1.sock; start it with `systemctl start dmmd@maar1` or `dmmd "
                             "FILE`\n";
    CHECK(call({"-i", "maar1"}, path) == Outcome{.exit_code = kNoDaemon, .out = "", .err = dead});
    // The socket of a daemon that died.
    ::close(listening(path + "/maar1.sock"));
    CHECK(call({}, path) == Outcome{.exit_code = kNoDaemon, .out = "", .err = dead});
}

TEST_CASE("of several daemons one must be named") {
    const Directory directory;
    const int one = listening(directory.path() + "/maar1.sock");
    const int other = listening(directory.path() + "/cmd.sock");
    CHECK(call({}, directory.path()) ==
          Outcome{.exit_code = kUsage,
                  .out = "",
                  .err = "dmmctl: several daemons run here; choose one with -i: cmd, maar1\n"});
    ::close(one);
    ::close(other);
}

TEST_CASE("a socket has a group that may use it") {
    const Directory directory;
    const std::string path = directory.path() + "/maar1.sock";
    ::close(listening(path));
    CHECK(group_of(path) == group_of(directory.path()));
    if (::geteuid() != 0) return;  // only root may give a file to another group
    REQUIRE(::chown(path.c_str(), static_cast<uid_t>(-1), 1) == 0);
    CHECK(group_of(path) == "daemon");
    REQUIRE(::chown(path.c_str(), static_cast<uid_t>(-1), 3'999'999'999U) == 0);
    CHECK(group_of(path) == "3999999999");
    // Out of sight: the directory's group is the best guess.
    CHECK(group_of(directory.path() + "/absent.sock") == group_of(directory.path()));
    CHECK(group_of("/nowhere/at/all.sock").empty());
}

// Runs `words` as a user without rights; for root only.
Outcome call_as_nobody(const std::vector<std::string>& words, const std::string& run_directory) {
    constexpr uid_t kNobody = 65'534;
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const bool dropped =
            ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
        const Outcome outcome = dropped ? call(words, run_directory) : Outcome{};
        const bool told = ::write(ends[1], outcome.err.data(), outcome.err.size()) ==
                          static_cast<ssize_t>(outcome.err.size());
        ::_exit(told ? outcome.exit_code : 99);
    }
    ::close(ends[1]);
    Outcome outcome;
    char c = 0;
    while (::read(ends[0], &c, 1) == 1)
        outcome.err += c;
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

TEST_CASE("who may not ask is told the group that may") {
    if (::geteuid() != 0) return;  // only root can become somebody else
    const Directory directory;
    const std::string path = directory.path() + "/maar1.sock";
    const int fd = listening(path);
    REQUIRE(::chmod(path.c_str(), 0660) == 0);
    REQUIRE(::chown(path.c_str(), static_cast<uid_t>(-1), 1) == 0);
    const auto denied = [](const std::string& text) {
        return Outcome{.exit_code = kPermission, .out = "", .err = "dmmctl: " + text + '\n'};
    };
    // A directory that is closed says nothing of the socket.
    CHECK(call_as_nobody({}, directory.path()) ==
          denied(directory.path() + ": Permission denied; name a daemon with -i or -s"));
    CHECK(call_as_nobody({"-i", "maar1"}, directory.path()) ==
          denied(path + ": Permission denied; it is for root"));
    REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
    CHECK(call_as_nobody({}, directory.path()) ==
          denied(path + ": Permission denied; it is for root and group \"daemon\": `usermod -aG "
                        "daemon USER`, then log in anew"));
    ::close(fd);
}

TEST_CASE("paths that no socket can have are refused") {
    const Outcome outcome = call({"-s", '/' + std::string(108, 'x')}, "/nowhere");
    CHECK(outcome.exit_code == kFailed);
    CHECK(outcome.err.ends_with(": the path is longer than 107 octets\n"));
}

}  // namespace
}  // namespace dmm::dmmctl
