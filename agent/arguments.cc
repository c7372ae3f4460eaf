#include "agent/arguments.h"

#include <string_view>

#include "lib/base/text.h"

namespace dmm::agent {
namespace {

// Options that stand alone; false for another word.
bool take_flag(std::string_view word, Arguments& out) {
    if (word == "--check-config") {
        out.task = Arguments::Task::CheckConfig;
    } else if (word == "--check") {
        out.task = Arguments::Task::CheckHost;
    } else if (word == "--json") {
        out.json = true;
    } else if (word == "--verbose") {
        out.verbose = true;
    } else if (word == "--dry-run") {
        out.dry_run = true;
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::expected<Arguments, std::string> read_arguments(std::span<const char* const> words) {
    Arguments out;
    bool options = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const bool is_option = options && word.starts_with('-') && word != "-";
        if (is_option && word == "--") {
            options = false;
        } else if (is_option && take_flag(word, out)) {
            continue;
        } else if (is_option && word == "--record") {
            if (!out.record.empty()) return std::unexpected("--record is given twice");
            if (++i == words.size() || *words[i] == '\0') {
                return std::unexpected("--record needs a file to write to");
            }
            out.record = words[i];
        } else if (is_option && (word == "--help" || word == "--version")) {
            return Arguments{.task = word == "--help" ? Arguments::Task::ShowHelp
                                                      : Arguments::Task::ShowVersion};
        } else if (is_option) {
            return std::unexpected("unknown option " + quoted(word));
        } else if (word.empty() || !out.file.empty()) {
            return std::unexpected("one configuration file is wanted, not also " + quoted(word));
        } else {
            out.file = word;
        }
    }
    if ((out.json || out.verbose) && out.task != Arguments::Task::CheckHost) {
        return std::unexpected(std::string(out.json ? "--json" : "--verbose") +
                               " goes with --check alone");
    }
    if (out.file.empty()) return std::unexpected("no configuration file is given");
    return out;
}

}  // namespace dmm::agent
