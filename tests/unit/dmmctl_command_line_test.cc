#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/command_line.h"
#include "tools/dmmctl/exit_code.h"

namespace dmm::dmmctl {
namespace {

TEST_CASE("options of dmmctl stand on either side of the command") {
    const CommandLine wanted{.instance = "maar1",
                             .socket = "",
                             .json = true,
                             .version = false,
                             .command = "show",
                             .arguments = {"nodes"}};
    CHECK(read_command_line(std::vector<std::string>{"-i", "maar1", "--json", "show", "nodes"}) ==
          wanted);
    CHECK(read_command_line(std::vector<std::string>{"show", "--json", "nodes", "-i", "maar1"}) ==
          wanted);
}

TEST_CASE("options of a command are the command's") {
    const auto line = read_command_line(
        std::vector<std::string>{"attach", "m", "--link", "lan0", "--json", "--mn", "a"});
    REQUIRE(line);
    CHECK(line->json);
    CHECK(line->arguments == std::vector<std::string>{"m", "--link", "lan0", "--mn", "a"});
}

TEST_CASE("behind decode every word is decode's") {
    const auto line = read_command_line(
        std::vector<std::string>{"decode", "--json", "-s", "--src", "a", "--help", "-"});
    REQUIRE(line);
    CHECK(!line->json);
    CHECK(line->command == "decode");
    CHECK(line->arguments == std::vector<std::string>{"--json", "-s", "--src", "a", "--help", "-"});
}

TEST_CASE("a wrong command line is one line and exit status 2") {
    struct Case {
        std::vector<std::string> words;
        std::string complaint;
    };

    const std::vector<Case> cases{
        {{"shw", "nodes"}, R"(unknown command "shw"; did you mean "show"?)"},
        {{"frobnicate"},
         R"(unknown command "frobnicate"; known are status, show, attach, detach, remove, trace, monitor, check, reload, drain, undrain, log, metrics, support-bundle, shutdown, decode, help)"},
        {{"--jsn"}, R"(unknown option "--jsn"; did you mean "--json"?)"},
        {{"-i"}, "-i needs the name of an instance"},
        {{"status", "-s"}, "-s needs the path of a socket"},
        {{"-s", ""}, "-s needs the path of a socket"},
        {{"-i", "a", "-i", "b"}, "-i is given twice"},
        {{"-i", "a", "-s", "/b"}, "-i and -s both name a daemon; give one of them"},
        {{"-i", "a/b"}, R"("a/b" is not an instance; for a path there is -s)"},
        {{"status", "now"}, R"(status: "now" is one word too many; usage: dmmctl status)"},
        {{"status", "-x"}, R"(status: there is no option "-x"; usage: dmmctl status)"},
        {{"show"}, "show: VIEW is missing; usage: dmmctl show VIEW [FILTER...] [--long]"},
        {{"show", "nods"}, R"(show: unknown view "nods"; did you mean "nodes"?)"},
        {{"attach", "--link", "lan0"},
         "attach: MAC is missing; usage: dmmctl attach MAC --link IF [--mn ID]"},
        {{"attach", "m"},
         "attach: --link is missing; usage: dmmctl attach MAC --link IF [--mn ID]"},
        {{"attach", "m", "--lnk", "lan0"},
         R"(attach: unknown option "--lnk"; did you mean "--link"?; usage: )"
         "dmmctl attach MAC --link IF [--mn ID]"},
        {{"attach", "m", "--link"},
         "attach: --link needs a value; usage: dmmctl attach MAC --link IF [--mn ID]"},
        {{"attach", "m", "--link", "a", "--link", "b"},
         "attach: --link is given twice; usage: dmmctl attach MAC --link IF [--mn ID]"},
        {{"detach", "--now"}, "detach: MN is missing; usage: dmmctl detach MN [--now]"},
        {{"detach", "a", "b"},
         R"(detach: "b" is one word too many; usage: dmmctl detach MN [--now])"},
        {{"help", "shw"}, R"(unknown command "shw"; did you mean "show"?)"},
        {{"help", "a", "b"}, R"(help: "b" is one word too many; usage: dmmctl help [COMMAND])"},
    };
    for (const Case& one : cases) {
        CHECK(call(one.words, "/nowhere") ==
              Outcome{.exit_code = kUsage, .out = "", .err = "dmmctl: " + one.complaint + '\n'});
    }
}

TEST_CASE("help and version need no daemon") {
    CHECK(call({"--version"}, "/nowhere") ==
          Outcome{.exit_code = kDone, .out = "dmmctl " DMM_VERSION "\n", .err = ""});
    const Outcome attach{.exit_code = kDone,
                         .out =
                             "usage: dmmctl attach MAC --link IF [--mn ID]\n"
                             "  serve a node at an access link\n",
                         .err = ""};
    CHECK(call({"help", "attach"}, "/nowhere") == attach);
    CHECK(call({"attach", "--help"}, "/nowhere") == attach);
    const Outcome help = call({"help"}, "/nowhere");
    CHECK(help.exit_code == kDone);
    CHECK(help.out.starts_with("usage: dmmctl [-i INSTANCE | -s SOCKET] [--json] [COMMAND]\n"));
    for (const char* command : {"status", "show", "attach", "detach", "decode", "help"}) {
        CHECK(help.out.find(std::string("\n  ") + command) != std::string::npos);
    }
    CHECK(call({"--help"}, "/nowhere") == help);
}

}  // namespace
}  // namespace dmm::dmmctl
