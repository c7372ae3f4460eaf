// Patterns as a shell has them for file names, as far as they serve to pick names.
#pragma once

#include <string_view>

namespace dmm {

// Whether `text`, whole, is what `pattern` describes: '*' is any octets or none, '?' is one
// octet, everything else is itself. Takes no more than size times size steps.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

// Whether it describes more than one text.
[[nodiscard]] constexpr bool is_glob(std::string_view pattern) {
    return pattern.find_first_of("*?") != std::string_view::npos;
}

}  // namespace dmm
