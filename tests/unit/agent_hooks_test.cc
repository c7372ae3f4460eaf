// Hooks with real programs.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include <sys/stat.h>

#include "agent/clock.h"
#include "agent/hooks.h"
#include "tests/support/catch.h"
#include "tests/unit/config_documents.h"
#include "tests/unit/dmmctl_fake_daemon.h"

namespace dmm::agent {
namespace {

std::string contents(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

// Runs shell scripts as hooks of "handover".
class Bench {
public:
    explicit Bench(const std::string& script,
                   std::chrono::milliseconds timeout = std::chrono::seconds(20))
        : log_(LogLevel::Error),
          hooks_(loop_,
                 {{.on = {"handover"},
                   .run = {"/bin/sh", "-c", "cd " + directory_.path() + "\n" + script, "x", "arg"},
                   .timeout = timeout}},
                 counters_,
                 log_) {}

    void offer(const std::string& name = "handover") {
        hooks_.offer({.time = {},
                      .instance = "maar1",
                      .name = name,
                      .fields = {{"mn", "alice@example"}, {"from", "2001:db8::1"}}});
    }

    // Turns the loop until `done`, for ten seconds at most.
    bool until(const std::function<bool()>& done) {
        for (int i = 0; i < 1000 && !done(); ++i) {
            Timer end(loop_, [this] { loop_.stop(); });
            end.set(read_clock().steady + std::chrono::milliseconds(10));
            loop_.run();
        }
        return done();
    }

    bool until_file(const std::string& name) {
        return until([&] { return std::filesystem::exists(path(name)); });
    }

    std::uint64_t count(const std::string& name) { return counters_.values()["hooks." + name]; }

    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_.path() + '/' + name;
    }

    Hooks& hooks() { return hooks_; }

    LogSink& log() { return log_; }

private:
    dmmctl::Directory directory_;
    Loop loop_;
    Counters counters_;
    LogSink log_;
    Hooks hooks_;
};

TEST_CASE("a hook gets the event, a clean environment, and nothing else of ours") {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    const int leak = ::dup(STDERR_FILENO);  // not closed by an exec
    Bench bench(
        "cat >input; env | sort >env; ls /proc/self/fd >fds; echo $1 >argument\n"
        "grep -E 'Cap(Prm|Eff|Amb)|SigIgn|SigBlk' /proc/self/status | sort >status; "
        "cd /; echo done >$OLDPWD/done");
    bench.offer("expired");
    bench.offer();
    REQUIRE(bench.until_file("done"));
    ::close(leak);
    CHECK(bench.until([&] { return bench.count("run") == 1; }));
    CHECK(contents(bench.path("input")) ==
          R"({"v":1,"time":"1970-01-01T00:00:00.000000Z","instance":"maar1","event":"handover",)"
          "\"level\":\"info\",\"mn\":\"alice@example\",\"from\":\"2001:db8::1\"}\n");
    const std::string environment = contents(bench.path("env"));
    for (const char* part : {"DMM_EVENT=handover\n",
                             "DMM_INSTANCE=maar1\n",
                             "DMM_LEVEL=info\n",
                             "DMM_MN=alice@example\n",
                             "DMM_FROM=2001:db8::1\n"}) {
        CHECK(environment.find(part) != std::string::npos);
    }
    CHECK(environment.find("HOME=") == std::string::npos);
    CHECK(contents(bench.path("argument")) == "arg\n");
    // 3 is the directory that ls reads.
    CHECK(contents(bench.path("fds")) == "0\n1\n2\n3\n");
    const std::string none(16, '0');
    const std::string status = contents(bench.path("status"));
    const std::string before = "CapAmb:\t" + none + "\nCapEff:\t" + none + "\nCapPrm:\t" + none +
                               "\nSigBlk:\t" + none + "\nSigIgn:\t";
    REQUIRE(status.starts_with(before));
    // The C library keeps two signals to itself, so who started the tests may have left them
    // ignored.
    constexpr std::uint64_t kOfTheLibrary = 0x1'8000'0000;
    const std::uint64_t ignored = std::stoull(status.substr(before.size()), nullptr, 16);
    CHECK((ignored & ~kOfTheLibrary) == 0);
}

TEST_CASE("a hook that fails is told of with its first words") {
    Bench bench("echo first >&2; echo second >&2; exit 3");
    bench.offer();
    REQUIRE(bench.until([&] { return bench.count("failed") == 1; }));
    const auto events = bench.log().take_events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].name == "hook_failed");
    CHECK(events[0].field("error") == "exit status 3");
    CHECK(events[0].field("text") == "first");
    // What it leads to runs no hook.
    bench.hooks().configure({{.on = {"*"}, .run = {"/nowhere"}}});
    bench.hooks().offer(events[0]);
    CHECK(bench.count("run") == 1);
    bench.offer();
    CHECK(bench.count("failed") == 2);
    CHECK(bench.log().take_events().at(0).field("error") ==
          "cannot be run: No such file or directory");
}

TEST_CASE("a hook that takes too long ends, with what it started") {
    Bench bench("trap 'echo >terminated' TERM; sleep 1000 & echo $! >pid; wait; wait",
                std::chrono::milliseconds(300));
    bench.offer();
    REQUIRE(bench.until_file("pid"));
    REQUIRE(bench.until([&] { return bench.count("timed_out") == 1; }));
    REQUIRE(bench.until([&] { return bench.count("failed") == 1; }));
    CHECK(std::filesystem::exists(bench.path("terminated")));
    CHECK(bench.log().take_events().at(0).field("error") == "took too long");
    std::string pid = contents(bench.path("pid"));
    pid.pop_back();
    // Gone, or dead and not yet buried by whoever inherits it.
    CHECK(bench.until([&] {
        const std::string status = contents("/proc/" + pid + "/status");
        return status.empty() || status.find("\nState:\tZ") != std::string::npos;
    }));
}

TEST_CASE("four hooks run, 64 wait, the rest is dropped and counted") {
    Bench bench("until [ -e go ]; do sleep 0.02; done; cat >/dev/null");
    for (int i = 0; i < 4 + 64 + 3; ++i)
        bench.offer();
    CHECK(bench.count("run") == 4);
    CHECK(bench.count("dropped") == 3);
    std::ofstream(bench.path("go")).flush();
    CHECK(bench.until([&] { return bench.count("run") == 68; }));
    bench.hooks().finish(std::chrono::seconds(10));
    CHECK(bench.count("failed") == 0);
}

TEST_CASE("the end waits for hooks, and not for ever") {
    {
        Bench bench("sleep 0.1; echo >done");
        bench.offer();
        bench.hooks().finish(std::chrono::seconds(10));
        CHECK(std::filesystem::exists(bench.path("done")));
    }
    Bench stuck("exec sleep 1000");
    stuck.offer();
    const SteadyTime before = read_clock().steady;
    stuck.hooks().finish(std::chrono::milliseconds(50));
    CHECK(read_clock().steady - before < std::chrono::seconds(5));
}

// A `ubus` that keeps what it is told stands in for the real one.
TEST_CASE("events go over ubus by a hook") {
    const auto script = std::filesystem::absolute("tools/openwrt/files/dmmd-ubus-hook").string();
    Bench bench(
        "printf '#!/bin/sh\\nprintf \"%%s|\" \"$@\" >ubus.out; echo >ubus.done\\n' >ubus\n"
        "chmod +x ubus; PATH=.:$PATH exec " +
        script);
    bench.offer();
    REQUIRE(bench.until_file("ubus.done"));
    CHECK(contents(bench.path("ubus.out")) ==
          R"(send|dmm.handover|{"v":1,"time":"1970-01-01T00:00:00.000000Z","instance":"maar1",)"
          R"("event":"handover","level":"info","mn":"alice@example","from":"2001:db8::1"}|)");
}

}  // namespace
}  // namespace dmm::agent

namespace dmm::config {
namespace {

TEST_CASE("hooks are read, and what is wrong in them is said") {
    const auto with = [](const std::string& hooks) { return cmd({}, {{"hooks", hooks}}); };
    const auto read = parse(
        with(R"([{"on": ["handover", "*"], "run": ["/a", "b"], "timeout": "5s", "privileged": true},
                 {"on": ["absent"], "run": ["/c"]}])"),
        "x");
    REQUIRE(read);
    CHECK(read->hooks == std::vector<HookSettings>{{.on = {"handover", "*"},
                                                    .run = {"/a", "b"},
                                                    .timeout = seconds(5),
                                                    .privileged = true},
                                                   {.on = {"absent"}, .run = {"/c"}}});
    const auto again = parse(to_json(*read), "x");
    REQUIRE(again);
    CHECK(again->hooks == read->hooks);
    CHECK(
        complaints(with(R"([{"on": ["handovers", "hook_failed"], "run": ["a"], "tmeout": 1}])")) ==
        std::vector<std::string>{
            R"(x.json:/hooks/0/on/0: "handovers" is not an event; did you mean "handover"?)",
            R"(x.json:/hooks/0/on/1: "hook_failed" would run hooks without end; remove it)",
            R"(x.json:/hooks/0/run/0: "a" is not an absolute path; give one like "/etc/dmm/hook.sh")",
            R"(x.json:/hooks/0/tmeout: unknown key; did you mean "timeout"?)"});
    CHECK(complaints(with(R"([{"on": [], "run": ["/a"], "timeout": "0s"}])")).size() == 2);
    std::string many = "[";
    for (int i = 0; i < 17; ++i)
        many += std::string(i > 0 ? "," : "") + R"({"on": ["absent"], "run": ["/c"]})";
    CHECK(complaints(with(many + "]")) ==
          std::vector<std::string>{"x.json:/hooks: 17 elements; give at most 16"});
}

}  // namespace
}  // namespace dmm::config
