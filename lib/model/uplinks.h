// How a MAAR finds the tunnel for a packet by its source, as an operator decides it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class Uplinks : std::uint8_t {
    Auto,    // routes where the kernel can, else rules
    Routes,  // routes by source (IPV6_SUBTREES) in one table: as fast with many nodes as with one
    Rules,   // a rule for each prefix, which the kernel walks one by one
};

inline constexpr std::array<std::string_view, 3> kUplinksNames{"auto", "routes", "rules"};

[[nodiscard]] constexpr std::string_view name_of(Uplinks uplinks) {
    return kUplinksNames.at(static_cast<std::size_t>(uplinks));
}

[[nodiscard]] constexpr std::optional<Uplinks> parse_uplinks(std::string_view name) {
    for (std::size_t i = 0; i < kUplinksNames.size(); ++i) {
        if (kUplinksNames.at(i) == name) return static_cast<Uplinks>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
