// What `dmmctl help` says, for the tests of the completions: their stand-in for dmmctl finds it in
// its environment.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"

namespace dmm::dmmctl {

using Words = std::vector<std::string>;

// The names that the help of dmmctl lists, sorted; where the stand-in finds its help too.
inline Words listed(const std::vector<std::string>& asked, std::string variable) {
    std::replace(variable.begin(), variable.end(), '-', '_');
    const Outcome help = call(asked, "/nowhere");
    REQUIRE(help.exit_code == 0);
    REQUIRE(::setenv(("HELP_" + variable).c_str(), help.out.c_str(), 1) == 0);
    Words out;
    std::istringstream lines(help.out);
    std::string last = "-";
    for (std::string line; std::getline(lines, line); last = line) {
        if (last.empty() && line.starts_with("  ")) {
            out.push_back(line.substr(2, line.find(' ', 2) - 2));
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

inline void give_help() {
    for (const std::string& command : listed({"help"}, ""))
        static_cast<void>(listed({"help", command}, command));
}

// A shell function in the place of a dmmctl that knows nodes, some with names that a shell must
// never see. `value` is how that shell writes the value of the variable whose name is in `name`.
inline std::string stand_in(const std::string& value) {
    return "dmmctl() { local name=HELP_${2-}; name=${name//-/_}\n"
           "  [[ $1 == help ]] && { printf '%s' \"" +
           value +
           "\"; return; }\n"
           "  [[ \"$*\" == '--json -i maar1 show nodes' ]] || return 4\n"
           "  printf '      \"mn\": \"%s\",\\n' alice@example 02:00:00:00:01:0a '$(echo evil)@x'"
           " '`evil`' 'a;b' 'a\\\"b'; printf '      \"mac\": \"x\",\\n'; }\n";
}

// The lines that a command line prints, which has to succeed.
inline Words printed_by(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr)
        text += part.data();
    REQUIRE(::pclose(pipe) == 0);
    Words words;
    std::istringstream lines(text);
    for (std::string word; std::getline(lines, word);)
        words.push_back(word);
    return words;
}

}  // namespace dmm::dmmctl
