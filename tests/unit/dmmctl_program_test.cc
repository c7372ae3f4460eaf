#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/program.h"

namespace dmm::dmmctl {
namespace {

constexpr const char* kPath = "/nowhere:/usr/bin:/bin";

ProgramOutput shell(const std::string& script, const ProgramLimits& limits = {}) {
    return run_program({"sh", "-c", script}, kPath, limits);
}

TEST_CASE("a program's output is taken, and how it ended") {
    const ProgramOutput good = shell("echo out; echo err >&2; cat; echo $LC_ALL $PATH $HOME-");
    CHECK(good.text == std::string("out\nerr\nC ") + kPath + " -\n");
    CHECK(good.fault.empty());
    const ProgramOutput bad = shell("echo no; exit 3");
    CHECK(bad.text == "no\n");
    CHECK(bad.fault == "exit status 3");
    CHECK(shell("kill -9 $$").fault == "ended by signal 9");
}

TEST_CASE("a program that is missing is named") {
    CHECK(run_program({"no-such"}, "/nowhere:/bin", {}).fault ==
          "there is no program no-such in /nowhere:/bin");
    const Directory directory;
    std::ofstream(directory.path() + "/broken") << '\x7f' << "ELF";
    std::filesystem::permissions(directory.path() + "/broken", std::filesystem::perms::all);
    CHECK(run_program({"broken"}, directory.path(), {}).fault ==
          directory.path() + "/broken: Exec format error");
}

TEST_CASE("a program that takes too long is killed with what it started") {
    const ProgramLimits limits{.time = std::chrono::milliseconds(100), .octets = 100};
    CHECK(shell("echo a; sleep 60 & sleep 60", limits).fault == "not done within 0.1s");
    CHECK(shell("exec >&- 2>&-; sleep 60", limits).fault == "not done within 0.1s");
}

TEST_CASE("a program that says too much is cut off") {
    const ProgramOutput output = shell("while :; do echo 0123456789abcde; done",
                                       {.time = std::chrono::seconds(30), .octets = 100});
    CHECK(output.text.size() == 100);
    CHECK(output.fault == "cut off after 100 octets");
}

}  // namespace
}  // namespace dmm::dmmctl
