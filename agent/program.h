// A program of somebody else's, started without copying this process, which may be large.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include <sys/types.h>

#include "agent/descriptor.h"

namespace dmm::agent {

struct Program {
    std::vector<std::string> words;        // an absolute path and arguments, at least one
    std::vector<std::string> environment;  // "NAME=value", the whole of it
    std::string input;                     // what it reads on standard input
    bool privileged = false;               // keeps our capabilities
};

struct Started {
    pid_t pid = 0;      // and of its process group
    Descriptor errors;  // the end of its standard error to read from, never blocks
};

// In /, with standard output thrown away, no other descriptor of ours, and no signal held back or
// ignored. The error says what failed.
[[nodiscard]] std::expected<Started, std::string> start(const Program& program);

}  // namespace dmm::agent
