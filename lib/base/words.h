// Words for people: what was found in quotes, and what was probably meant by a word that there is
// not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dmm {

// In double quotes; unprintable octets are escaped. What is longer than `most` octets is cut, and
// "..." is behind it.
[[nodiscard]] std::string in_quotes(std::string_view text,
                                    std::size_t most = std::string_view::npos);

// `; did you mean "NEAREST"?` or, when none is near, `; known are A, B`.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     const std::vector<std::string_view>& known);

// `unknown WHAT "WORD"` and a suggestion; the word is cut where it is longer than a line bears.
[[nodiscard]] std::string unknown_word(std::string_view what,
                                       std::string_view word,
                                       const std::vector<std::string_view>& known);

}  // namespace dmm
