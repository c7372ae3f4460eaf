#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/monitor.h"

namespace dmm::dmmctl {
namespace {

// The time zone of this process, while it lives.
class Zone {
public:
    explicit Zone(const char* name) { set(name); }

    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

    ~Zone() {
        ::unsetenv("TZ");
        ::tzset();
    }

    static void set(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
};

const std::string kLines =
    R"({"v":1,"time":"2026-11-26T23:22:33.000456Z","instance":"m","event":"handover",)"
    R"("level":"info","mn":"alice@example","text":"a \u001b b","took":"0.037770689s"})"
    "\n"
    R"({"v":1,"time":"2026-11-26T23:22:34.123456Z","instance":"m","event":"events_lost",)"
    R"("level":"warning","count":"12"})"
    "\n"
    R"({"v":1,"time":"2026-11-26T23:22:35.123456Z","instance":"m",)"
    R"("event":"source_check_restored","level":"warning"})"
    "\n";

TEST_CASE("events are lines with the local time of day") {
    const Zone zone("XYZ-1");  // east of Greenwich
    const Directory directory;
    const std::string path = directory.path() + "/x.sock";
    const std::string begun = "{\"v\":1,\"code\":0,\"message\":\"events follow\"}\n";
    const std::string ended = "dmmctl: " + path + ": the daemon hung up\n";
    {
        const FakeDaemon daemon(path, begun + kLines);
        CHECK(call({"monitor"}, directory.path()) ==
              Outcome{.exit_code = kFailed,
                      .out = "00:22:33.000456  handover               mn=alice@example "
                             "text=\"a \\x1b b\" took=37.8ms\n"
                             "... 12 events lost\n"
                             "00:22:35.123456  source_check_restored\n",
                      .err = ended});
    }
    std::filesystem::remove(path);
    {
        const FakeDaemon daemon(path, begun + kLines);
        CHECK(call({"monitor", "--json"}, directory.path()) ==
              Outcome{.exit_code = kFailed, .out = kLines, .err = ended});
    }
    std::filesystem::remove(path);
    const FakeDaemon daemon(path, begun + "{\"v\":2}\n" + kLines);
    CHECK(call({"monitor"}, directory.path()) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: the daemon's event is not understood: it is not of version 1; "
                         "use the dmmctl of the daemon's release\n"});
}

TEST_CASE("a choice of events that cannot be meant is said so") {
    const std::string usage = "; usage: dmmctl monitor [event=NAME,...] [mn=ID]\n";
    const auto complaint = [](const std::vector<std::string>& words) {
        const Outcome outcome = call(words, "/nowhere");
        CHECK(outcome.exit_code == kUsage);
        return outcome.err;
    };
    CHECK(complaint({"monitor", "event=handovers"}) ==
          "dmmctl: monitor: unknown event \"handovers\"; did you mean \"handover\"?" + usage);
    CHECK(complaint({"monitor", "event=handover,"}) ==
          "dmmctl: monitor: unknown event \"\"; dmmd(8) lists them" + usage);
    const std::string what = " is no choice of events; give event=NAME,... or one mn=ID" + usage;
    CHECK(complaint({"monitor", "handover"}) == "dmmctl: monitor: \"handover\"" + what);
    CHECK(complaint({"monitor", "mn="}) == "dmmctl: monitor: \"mn=\"" + what);
    CHECK(complaint({"monitor", "mn=a", "mn=b"}) == "dmmctl: monitor: \"mn=b\"" + what);
    CHECK(complaint({"monitor", "--verbose"}) == "dmmctl: monitor: \"--verbose\"" + what);
}

}  // namespace
}  // namespace dmm::dmmctl
