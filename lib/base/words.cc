#include "lib/base/words.h"

#include "lib/base/text.h"

namespace dmm {

std::string in_quotes(std::string_view text, std::size_t most) {
    const bool cut = text.size() > most;
    std::string out = quoted(text.substr(0, most));
    if (!out.starts_with('"')) out = '"' + out + '"';
    return cut ? out + "..." : out;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
    if (const auto nearest = nearest_word(word, known)) {
        return "; did you mean " + in_quotes(*nearest) + "?";
    }
    std::string text = "; known are ";
    for (const std::string_view& candidate : known) {
        if (&candidate != known.data()) text += ", ";
        text += candidate;
    }
    return text;
}

std::string unknown_word(std::string_view what,
                         std::string_view word,
                         const std::vector<std::string_view>& known) {
    constexpr std::size_t kMost = 64;
    return "unknown " + std::string(what) + ' ' + in_quotes(word, kMost) + suggestion(word, known);
}

}  // namespace dmm
