// The command line of dmmctl(8): options of dmmctl itself on either side of the command,
// everything else is the command's.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace dmm::dmmctl {

struct CommandLine {
    std::string instance;  // -i, else ""
    std::string socket;    // -s, else ""
    bool json = false;
    bool version = false;
    std::string command;                 // "" when none is given
    std::vector<std::string> arguments;  // of the command, its options included
    friend bool operator==(const CommandLine&, const CommandLine&) = default;
};

// `words` without the program's name. The error is one line for the user. Behind "decode",
// which has options of its own, nothing is looked at.
[[nodiscard]] std::expected<CommandLine, std::string> read_command_line(
    std::span<const std::string> words);

}  // namespace dmm::dmmctl
