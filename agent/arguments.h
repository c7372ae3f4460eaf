// The command line of dmmd(8). Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace dmm::agent {

struct Arguments {
    enum class Task : std::uint8_t { Work, CheckConfig, CheckHost, ShowHelp, ShowVersion };

    Task task = Task::Work;
    bool dry_run = false;
    bool json = false;  // with CheckHost, as the next
    bool verbose = false;
    std::string record = {};  // where to; "": nowhere
    std::string file = {};    // "" for ShowHelp and ShowVersion
    friend bool operator==(const Arguments&, const Arguments&) = default;
};

// `words` without the program's name. The error says in one line what was found.
[[nodiscard]] std::expected<Arguments, std::string> read_arguments(
    std::span<const char* const> words);

}  // namespace dmm::agent
