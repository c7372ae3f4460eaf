// Words for a person: quotes, suggestions, times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmm::dmmctl {

// In double quotes, whatever it holds; unprintable octets are escaped.
[[nodiscard]] std::string in_quotes(std::string_view text);

// `unknown WHAT "WORD"; did you mean "..."?`, or `...; known are ...`.
[[nodiscard]] std::string unknown_word(std::string_view what,
                                       std::string_view word,
                                       const std::vector<std::string_view>& known);

// The two largest units, rounded down: "0s", "42s", "3m12s", "2h5m", "8d20h".
[[nodiscard]] std::string time_text(std::uint64_t milliseconds);

// "0 B", "999 B", "3.4 kB", "12.0 GB": decimal units, rounded down.
[[nodiscard]] std::string octets_text(std::uint64_t octets);

// Each with a newline behind it.
[[nodiscard]] std::string joined(const std::vector<std::string>& lines);

// What could change the state of a terminal becomes '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace dmm::dmmctl
