// What `dmmctl help` says, for the tests of the completions: their stand-in for dmmctl finds it in
// its environment.
#pragma once

#include <algorithm>
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

}  // namespace dmm::dmmctl
