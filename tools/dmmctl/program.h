// What another program of this host says, within bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace dmm::dmmctl {

struct ProgramLimits {
    std::chrono::milliseconds time{5'000};
    std::size_t octets = std::size_t{4} * 1024 * 1024;
};

struct ProgramOutput {
    std::string text;   // standard output and error as they came; at most `octets`
    std::string fault;  // "" when it ended with exit status 0, else what happened
};

// `words` begins with the program's name, which is looked for in the folders of `path`
// ("/usr/sbin:/sbin"). It reads nothing, sees `path` and LC_ALL=C alone as its environment, and is
// killed, with all that it has started, when it exceeds a limit.
[[nodiscard]] ProgramOutput run_program(const std::vector<std::string>& words,
                                        const std::string& path,
                                        const ProgramLimits& limits);

}  // namespace dmm::dmmctl
