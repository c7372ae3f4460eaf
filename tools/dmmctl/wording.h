// Words for a person: amounts and lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmm::dmmctl {

// "0 B", "999 B", "3.4 kB", "12.0 GB": decimal units, rounded down.
[[nodiscard]] std::string octets_text(std::uint64_t octets);

// Each with a newline behind it.
[[nodiscard]] std::string joined(const std::vector<std::string>& lines);

// What could change the state of a terminal becomes '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace dmm::dmmctl
