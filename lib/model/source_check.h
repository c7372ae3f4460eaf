// Whether a MAAR looks at where its nodes send from (RFC 5213 section 5.6), as an operator
// decides it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class SourceCheck : std::uint8_t {
    Auto,  // where the kernel can
    On,    // or the MAAR does not start
    Off,
};

inline constexpr std::array<std::string_view, 3> kSourceCheckNames{"auto", "on", "off"};

[[nodiscard]] constexpr std::string_view name_of(SourceCheck check) {
    return kSourceCheckNames.at(static_cast<std::size_t>(check));
}

[[nodiscard]] constexpr std::optional<SourceCheck> parse_source_check(std::string_view name) {
    for (std::size_t i = 0; i < kSourceCheckNames.size(); ++i) {
        if (kSourceCheckNames.at(i) == name) return static_cast<SourceCheck>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
