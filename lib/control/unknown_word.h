// What is said to somebody who used a word that there is not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmm::control {

// In double quotes, cut to 64 octets; unprintable ones are escaped.
[[nodiscard]] std::string in_quotes(std::string_view text);

// `unknown WHAT "WORD"; did you mean "..."?`, or `...; known are ...`.
[[nodiscard]] std::string unknown_word(std::string_view what,
                                       std::string_view word,
                                       const std::vector<std::string_view>& known);

}  // namespace dmm::control
