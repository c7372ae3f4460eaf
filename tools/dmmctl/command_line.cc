#include "tools/dmmctl/command_line.h"

#include <optional>
#include <string_view>
#include <utility>

#include "lib/base/words.h"

namespace dmm::dmmctl {
namespace {

class Reader {
public:
    explicit Reader(std::span<const std::string> words) : rest_(words) {}

    std::expected<CommandLine, std::string> read() {
        while (!rest_.empty() && out_.command != "decode") {
            if (auto fault = take()) return std::unexpected(std::move(*fault));
        }
        out_.arguments.insert(out_.arguments.end(), rest_.begin(), rest_.end());
        if (!out_.instance.empty() && !out_.socket.empty()) {
            return std::unexpected("-i and -s both name a daemon; give one of them");
        }
        return std::move(out_);
    }

private:
    using Fault = std::optional<std::string>;

    Fault take() {
        const std::string& word = next();
        if (word == "-i") return take_value(word, "the name of an instance", out_.instance);
        if (word == "-s") return take_value(word, "the path of a socket", out_.socket);
        if (word == "--json") {
            out_.json = true;
        } else if (word == "--version") {
            out_.version = true;
        } else if (word == "--help" || word == "-h") {
            ask_for_help();
        } else if (!out_.command.empty()) {
            out_.arguments.push_back(word);
        } else if (word.starts_with('-')) {
            return unknown_word("option", word, {"-i", "-s", "--json", "--help", "--version"});
        } else {
            out_.command = word;
        }
        return std::nullopt;
    }

    Fault take_value(const std::string& option, std::string_view what, std::string& into) {
        if (rest_.empty()) return option + " needs " + std::string(what);
        if (!into.empty()) return option + " is given twice";
        into = next();
        if (into.empty()) return option + " needs " + std::string(what);
        return std::nullopt;
    }

    // "attach --help" is "help attach".
    void ask_for_help() {
        if (out_.command == "help") return;
        out_.arguments.clear();
        if (!out_.command.empty()) out_.arguments.push_back(out_.command);
        out_.command = "help";
    }

    const std::string& next() {
        const std::string& word = rest_.front();
        rest_ = rest_.subspan(1);
        return word;
    }

    std::span<const std::string> rest_;
    CommandLine out_;
};

}  // namespace

std::expected<CommandLine, std::string> read_command_line(std::span<const std::string> words) {
    return Reader(words).read();
}

}  // namespace dmm::dmmctl
