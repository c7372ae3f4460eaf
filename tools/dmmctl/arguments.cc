#include "tools/dmmctl/arguments.h"

#include <algorithm>

#include "lib/base/words.h"

namespace dmm::dmmctl {
namespace {

bool holds(const std::vector<std::string_view>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string unknown_option(std::string_view word, const Syntax& syntax) {
    std::vector<std::string_view> known = syntax.values;
    known.insert(known.end(), syntax.flags.begin(), syntax.flags.end());
    if (known.empty()) return "there is no option " + in_quotes(word);
    return unknown_word("option", word, known);
}

}  // namespace

std::expected<Arguments, std::string> Arguments::read(std::span<const std::string> words,
                                                      const Syntax& syntax) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!word.starts_with('-')) {
            if (out.operands_.size() == syntax.operands.size()) {
                return std::unexpected(in_quotes(word) + " is one word too many");
            }
            out.operands_.push_back(word);
            continue;
        }
        const bool has_value = holds(syntax.values, word);
        if (!has_value && !holds(syntax.flags, word)) {
            return std::unexpected(unknown_option(word, syntax));
        }
        if (out.has(word)) return std::unexpected(word + " is given twice");
        if (has_value && i + 1 == words.size()) return std::unexpected(word + " needs a value");
        out.options_.emplace(word, has_value ? words[++i] : std::string());
    }
    if (out.operands_.size() + syntax.optional < syntax.operands.size()) {
        return std::unexpected(std::string(syntax.operands[out.operands_.size()]) + " is missing");
    }
    return out;
}

std::string Arguments::value(std::string_view option) const {
    const auto found = options_.find(option);
    return found == options_.end() ? std::string() : found->second;
}

}  // namespace dmm::dmmctl
