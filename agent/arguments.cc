#include "agent/arguments.h"

#include <string_view>

#include "lib/base/text.h"

namespace dmm::agent {

std::expected<Arguments, std::string> read_arguments(std::span<const char* const> words) {
    Arguments out;
    bool options = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const bool is_option = options && word.starts_with('-') && word != "-";
        if (is_option && word == "--") {
            options = false;
        } else if (is_option && word == "--check-config") {
            out.task = Arguments::Task::CheckConfig;
        } else if (is_option && word == "--dry-run") {
            out.dry_run = true;
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
    if (out.file.empty()) return std::unexpected("no configuration file is given");
    return out;
}

}  // namespace dmm::agent
