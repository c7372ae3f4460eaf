#include "lib/control/unknown_word.h"

#include "lib/base/text.h"

namespace dmm::control {

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kMost = 64;
    const std::string out = quoted(text.substr(0, kMost));
    return out.starts_with('"') ? out : '"' + out + '"';
}

std::string unknown_word(std::string_view what,
                         std::string_view word,
                         const std::vector<std::string_view>& known) {
    std::string text = "unknown " + std::string(what) + ' ' + in_quotes(word);
    if (const auto nearest = nearest_word(word, known)) {
        return text + "; did you mean " + in_quotes(*nearest) + "?";
    }
    text += "; known are ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (i > 0) text += ", ";
        text += known[i];
    }
    return text;
}

}  // namespace dmm::control
