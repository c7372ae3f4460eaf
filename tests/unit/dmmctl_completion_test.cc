// The completion file under a real bash.
#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

// What bash would offer for `line` with the cursor at its end, sorted. A dmmctl that knows
// nodes, some with names that a shell must never see, stands in for the real one.
std::vector<std::string> offered(const std::string& line) {
    const std::string script =
        "source tools/completion/dmmctl.bash || exit 1\n"
        "dmmctl() { [[ \"$*\" == '--json -i maar1 show nodes' ]] || return 4\n"
        "  printf '      \"mn\": \"%s\",\\n' alice@example 02:00:00:00:01:0a '$(echo evil)@x'"
        " '`evil`' 'a;b' 'a\\\"b'; printf '      \"mac\": \"x\",\\n'; }\n"
        "COMP_LINE='" +
        line +
        "' COMP_POINT=${#COMP_LINE}\n"
        "_dmmctl; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const std::string command = "bash --norc -c \"$SCRIPT\"";
    REQUIRE(::setenv("SCRIPT", script.c_str(), 1) == 0);
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr)
        text += part.data();
    REQUIRE(::pclose(pipe) == 0);
    std::vector<std::string> words;
    std::istringstream lines(text);
    for (std::string word; std::getline(lines, word);) {
        if (!word.empty()) words.push_back(word);
    }
    std::sort(words.begin(), words.end());
    return words;
}

using Words = std::vector<std::string>;

TEST_CASE("bash completes commands, views and options") {
    CHECK(offered("dmmctl ") == Words{"attach",
                                      "check",
                                      "decode",
                                      "detach",
                                      "help",
                                      "monitor",
                                      "remove",
                                      "show",
                                      "shutdown",
                                      "status",
                                      "trace"});
    CHECK(offered("dmmctl s") == Words{"show", "shutdown", "status"});
    CHECK(offered("dmmctl -i maar1 --json s") == Words{"show", "shutdown", "status"});
    CHECK(offered("dmmctl show ") ==
          Words{"config", "counters", "forwarding", "nodes", "peers", "status"});
    CHECK(offered("dmmctl show --json c") == Words{"config", "counters"});
    CHECK(offered("dmmctl show nodes ").empty());
    CHECK(offered("dmmctl --v") == Words{"--version"});
    CHECK(offered("dmmctl attach 02:00:00:00:01:01 --l") == Words{"--link"});
    CHECK(offered("dmmctl attach 02:00:00:00:01:01 --link l") == Words{"lo"});
    CHECK(offered("dmmctl detach --n") == Words{"--now"});
    CHECK(offered("dmmctl shutdown --k") == Words{"--keep"});
    CHECK(offered("dmmctl check --v") == Words{"--verbose"});
    CHECK(offered("dmmctl decode --hex --s") == Words{"--src"});
    CHECK(offered("dmmctl decode Makef") == Words{"Makefile"});
    CHECK(offered("dmmctl help at") == Words{"attach"});
    CHECK(offered("dmmctl help t") == Words{"trace"});
    CHECK(offered("dmmctl trace ").empty());
    CHECK(offered("dmmctl monitor ") == Words{"event=", "mn="});
}

TEST_CASE("bash completes nodes, also those with colons") {
    CHECK(offered("dmmctl -i maar1 detach ") == Words{"02:00:00:00:01:0a", "alice@example"});
    CHECK(offered("dmmctl detach -i maar1 al") == Words{"alice@example"});
    CHECK(offered("dmmctl -i maar1 detach 02:00:") == Words{"00:00:01:0a"});
    CHECK(offered("dmmctl -i maar1 remove al") == Words{"alice@example"});
    CHECK(offered("dmmctl detach ").empty());
    CHECK(offered("dmmctl detach alice@example ").empty());
}

}  // namespace
