// The completion file under a real bash.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lib/control/node_filter.h"
#include "tests/support/catch.h"
#include "tests/unit/dmmctl_help.h"

namespace dmm {
namespace {

using dmmctl::give_help;
using dmmctl::listed;
using dmmctl::printed_by;
using dmmctl::stand_in;
using dmmctl::Words;

// What bash would offer for `line` with the cursor at its end, sorted.
Words offered(const std::string& line) {
    const std::string script = "source tools/completion/dmmctl.bash || exit 1\n" +
                               stand_in("${!name}") + "COMP_LINE='" + line +
                               "' COMP_POINT=${#COMP_LINE}\n"
                               "_dmmctl; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    REQUIRE(::setenv("SCRIPT", script.c_str(), 1) == 0);
    Words words = printed_by("bash --norc -c \"$SCRIPT\"");
    std::erase(words, "");
    std::sort(words.begin(), words.end());
    return words;
}

std::string contents(const char* path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

TEST_CASE("bash completes every command and view of the help, zsh has every state") {
    const Words commands = listed({"help"}, "");
    CHECK(std::count(commands.begin(), commands.end(), "show") == 1);
    CHECK(offered("dmmctl ") == commands);
    CHECK(offered("dmmctl help ") == commands);
    const Words views = listed({"help", "show"}, "show");
    CHECK(std::count(views.begin(), views.end(), "handovers") == 1);
    CHECK(offered("dmmctl show ") == views);
    const std::vector<std::string_view> states(control::kNodeStates.begin(),
                                               control::kNodeStates.end());
    CHECK(offered("dmmctl show nodes state=").size() == states.size());
    const std::string zsh = contents("tools/completion/_dmmctl");
    for (const std::string_view state : states) {
        CHECK(offered("dmmctl show nodes state=" + std::string(state)) ==
              Words{std::string(state)});
        CHECK(zsh.find(' ' + std::string(state)) != std::string::npos);
    }
}

TEST_CASE("bash completes commands, views and options") {
    give_help();
    CHECK(offered("dmmctl s") == Words{"show", "shutdown", "status", "support-bundle"});
    CHECK(offered("dmmctl -i maar1 --json s") ==
          Words{"show", "shutdown", "status", "support-bundle"});
    CHECK(offered("dmmctl show --json c") == Words{"config", "counters"});
    CHECK(offered("dmmctl show nodes ") == Words{"link=", "mn=", "prefix=", "state="});
    CHECK(offered("dmmctl show nodes --l") == Words{"--long"});
    CHECK(offered("dmmctl show handovers ") == Words{"mn="});
    CHECK(offered("dmmctl show handovers --s").empty());
    CHECK(offered("dmmctl show sequence --s") == Words{"--svg"});
    CHECK(offered("dmmctl show counters ").empty());
    CHECK(offered("dmmctl show nodes link=l") == Words{"lo"});
    CHECK(offered("dmmctl --v") == Words{"--version"});
    CHECK(offered("dmmctl attach 02:00:00:00:01:01 --l") == Words{"--link"});
    CHECK(offered("dmmctl attach 02:00:00:00:01:01 --link l") == Words{"lo"});
    CHECK(offered("dmmctl detach --n") == Words{"--now"});
    CHECK(offered("dmmctl shutdown --k") == Words{"--keep"});
    CHECK(offered("dmmctl reload --d") == Words{"--dry-run"});
    CHECK(offered("dmmctl log w") == Words{"warning"});
    CHECK(offered("dmmctl log info ").empty());
    CHECK(offered("dmmctl und") == Words{"undrain"});
    CHECK(offered("dmmctl check --v") == Words{"--verbose"});
    CHECK(offered("dmmctl decode --hex --s") == Words{"--src"});
    CHECK(offered("dmmctl decode Makef") == Words{"Makefile"});
    CHECK(offered("dmmctl support-bundle --a") == Words{"--anonymous"});
    CHECK(offered("dmmctl support-bundle Makef") == Words{"Makefile"});
    CHECK(offered("dmmctl help at") == Words{"attach"});
    CHECK(offered("dmmctl help t") == Words{"trace"});
    CHECK(offered("dmmctl trace ").empty());
    CHECK(offered("dmmctl monitor ") == Words{"event=", "mn="});
}

TEST_CASE("bash completes nodes, also those with colons") {
    give_help();
    CHECK(offered("dmmctl -i maar1 show nodes mn=al") == Words{"alice@example"});
    CHECK(offered("dmmctl -i maar1 show sequence al") == Words{"alice@example"});
    CHECK(offered("dmmctl -i maar1 detach ") == Words{"02:00:00:00:01:0a", "alice@example"});
    CHECK(offered("dmmctl detach -i maar1 al") == Words{"alice@example"});
    CHECK(offered("dmmctl -i maar1 detach 02:00:") == Words{"00:00:01:0a"});
    CHECK(offered("dmmctl -i maar1 remove al") == Words{"alice@example"});
    CHECK(offered("dmmctl detach ").empty());
    CHECK(offered("dmmctl detach alice@example ").empty());
}

}  // namespace
}  // namespace dmm
