// Runs scenario files: scripts that drive a small domain and hold its recorded transcript.
//   scenario-tests [--update] [--mutant NAME] FILE...      --mutants lists the names
// A line is a command, a comment (#) or a recorded line (|). With --update the recorded lines
// are written anew; without, a difference is a failure that shows both.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"
#include "tests/support/mutants.h"

namespace dmm::test {
namespace {

std::vector<std::string> read_lines(std::istream& in) {
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

void show_difference(const std::vector<std::string>& was, const std::vector<std::string>& is) {
    std::size_t i = 0;
    while (i < was.size() && i < is.size() && was[i] == is[i])
        ++i;
    std::cout << "  first difference in line " << i + 1 << ":\n"
              << "    recorded: " << (i < was.size() ? was[i] : "(end)") << '\n'
              << "    now:      " << (i < is.size() ? is[i] : "(end)") << '\n';
}

// What led to a failure.
void show_end(const std::vector<std::string>& output) {
    constexpr std::size_t kShown = 30;
    for (std::size_t i = output.size() - std::min(output.size(), kShown); i < output.size(); ++i)
        std::cout << "    " << output[i] << '\n';
}

bool run_file(const std::string& path, bool update) {
    std::ifstream in(path);
    if (!in) {
        std::cout << path << ": cannot be read\n";
        return false;
    }
    const std::vector<std::string> lines = read_lines(in);
    Scenario scenario(lines);
    if (!scenario.run()) {
        std::cout << path << ": " << scenario.error << '\n';
        show_end(scenario.output);
        return false;
    }
    if (scenario.output == lines) return true;
    if (update) {
        std::ofstream out(path);
        for (const std::string& line : scenario.output)
            out << line << '\n';
        std::cout << path << ": transcript written\n";
        return static_cast<bool>(out);
    }
    std::cout << path << ": the transcript differs\n";
    show_difference(lines, scenario.output);
    return false;
}

int run_files(std::span<char*> arguments) {
    bool update = false;
    unsigned passed = 0;
    unsigned failed = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument = arguments[i];
        if (argument == "--update") {
            update = true;
        } else if (argument == "--mutants") {
            std::cout << mutants_text();
            return 0;
        } else if (argument == "--mutant") {
            if (++i < arguments.size() && wake_mutant(arguments[i])) continue;
            std::cerr << "no such fault, or a build without them\n";
            return 2;
        } else if (run_file(argument, update))
            ++passed;
        else
            ++failed;
    }
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace dmm::test

int main(int argc, char** argv) {
    return dmm::test::run_files(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
