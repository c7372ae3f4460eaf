// The completion functions under a real zsh, where there is one.
#include <algorithm>
#include <cstdlib>
#include <string>

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

bool has_zsh() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the tests have one thread.
    if (std::system("command -v zsh >/dev/null") == 0) return true;
    WARN("there is no zsh here");
    return false;
}

// What zsh offers for `line` with the cursor at its end, sorted.
Words offered(const std::string& line) {
    REQUIRE(::setenv("LINE", line.c_str(), 1) == 0);
    REQUIRE(::setenv("SETUP", stand_in("${(P)name}").c_str(), 1) == 0);
    Words words = printed_by(
        "zsh -f tests/support/completion.zsh \"$PWD/tools/completion\" \"$LINE\" \"$SETUP\"");
    // Files are tried in several ways.
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

TEST_CASE("zsh completes commands, views and options") {
    if (!has_zsh()) return;
    const Words commands = listed({"help"}, "");
    give_help();
    CHECK(offered("dmmctl ") == commands);
    CHECK(offered("dmmctl show ") == listed({"help", "show"}, "show"));
    CHECK(offered("dmmctl -i maar1 --json und") == Words{"undrain"});
    CHECK(offered("dmmctl show nodes ") == Words{"link=", "mn=", "prefix=", "state="});
    CHECK(offered("dmmctl show nodes --l") == Words{"--long"});
    CHECK(offered("dmmctl show nodes state=").size() == control::kNodeStates.size());
    CHECK(offered("dmmctl show nodes link=l") == Words{"lo"});
    CHECK(offered("dmmctl show sequence --s") == Words{"--svg"});
    CHECK(offered("dmmctl --v") == Words{"--version"});
    CHECK(offered("dmmctl attach 02:00:00:00:01:01 --link l") == Words{"lo"});
    CHECK(offered("dmmctl reload --d") == Words{"--dry-run"});
    CHECK(offered("dmmctl log w") == Words{"warning"});
    CHECK(offered("dmmctl log info ").empty());
    CHECK(offered("dmmctl help at") == Words{"attach"});
    CHECK(offered("dmmctl support-bundle Makef") == Words{"Makefile"});
    CHECK(offered("dmmctl trace ").empty());
    CHECK(offered("dmmctl monitor ") == Words{"event=", "mn="});
}

TEST_CASE("zsh completes nodes, and never what a shell would run") {
    if (!has_zsh()) return;
    give_help();
    const Words nodes{"02:00:00:00:01:0a", "alice@example"};
    CHECK(offered("dmmctl -i maar1 show nodes mn=") == nodes);
    CHECK(offered("dmmctl -i maar1 detach ") == nodes);
    CHECK(offered("dmmctl detach -i maar1 al") == Words{"alice@example"});
    CHECK(offered("dmmctl -i maar1 show sequence 02:") == Words{"02:00:00:00:01:0a"});
    CHECK(offered("dmmctl detach ").empty());
    CHECK(offered("dmmctl -i maar1 detach alice@example ").empty());
}

}  // namespace
}  // namespace dmm
