// dmmctl's commands that change how the daemon works: what they say of the answers.
#include "lib/control/protocol.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/exit_code.h"

namespace dmm::dmmctl {
namespace {

TEST_CASE("a reload says what has changed, or why nothing has") {
    control::ReloadView view{
        .outcome = "applied",
        .dry_run = false,
        .instance = "maar1",
        .file = "/etc/dmm/maar1.json",
        .changes = {{.key = "/log", .before = "\"info\"", .after = "\"debug\""},
                    {.key = "/maar/peers/1", .before = "", .after = "\"::2\""}},
        .errors = {}};
    const auto ask = [&](const std::vector<std::string>& words) {
        const Directory directory;
        FakeDaemon daemon(directory.path() + "/maar1.sock", encode(control::Reply(view)) + '\n');
        return call(words, directory.path());
    };
    const std::string changes =
        "/log: \"info\" -> \"debug\"\n/maar/peers/1: absent -> \"::2\"\n2 keys ";
    CHECK(ask({"reload"}) == Outcome{.exit_code = kDone, .out = changes + "changed\n", .err = ""});
    view.dry_run = true;
    CHECK(ask({"reload", "--dry-run"}) ==
          Outcome{.exit_code = kDone, .out = changes + "would change\n", .err = ""});

    view.outcome = "refused";
    view.changes[1].restart = true;
    CHECK(ask({"reload"}) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: nothing is changed: these keys cannot be while the daemon runs; "
                         "put them back, or `systemctl restart dmmd@maar1`\n"
                         "/maar/peers/1: absent -> \"::2\"\n"});
    CHECK(ask({"--json", "reload"}).exit_code == kFailed);

    view.outcome = "invalid";
    view.changes.clear();
    view.errors = {{.key = "/maar/pool", .message = "missing"}, {.key = "", .message = "so\nbad"}};
    CHECK(ask({"reload"}) ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: nothing is changed: /etc/dmm/maar1.json has 2 errors\n"
                         "/etc/dmm/maar1.json:/maar/pool: missing\n"
                         "/etc/dmm/maar1.json:: so?bad\n"});

    view.outcome = "unchanged";
    view.errors.clear();
    CHECK(ask({"reload"}) ==
          Outcome{.exit_code = kDone, .out = "nothing has changed\n", .err = ""});
}

TEST_CASE("the log level is shown, with the configured one where that differs") {
    const auto ask = [&](const control::LogView& view, const std::vector<std::string>& words) {
        const Directory directory;
        FakeDaemon daemon(directory.path() + "/maar1.sock", encode(control::Reply(view)) + '\n');
        return call(words, directory.path()).out;
    };
    CHECK(ask({.level = "info", .configured = "info"}, {"log"}) == "info\n");
    CHECK(ask({.level = "debug", .configured = "info"}, {"log", "debug"}) ==
          "debug; configured is info\n");
    const Outcome wrong = call({"log", "debg"}, "/nowhere");
    CHECK(wrong.exit_code == kUsage);
    CHECK(wrong.err == "dmmctl: log: unknown level \"debg\"; did you mean \"debug\"?\n");
}

}  // namespace
}  // namespace dmm::dmmctl
