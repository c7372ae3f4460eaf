// What becomes of a node's old prefixes when it moves: RFC 8653's on-demand mobility, as far as
// an operator decides it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class Mobility : std::uint8_t {
    On,      // they follow it through tunnels
    None,    // nomadic: nothing is kept of them
    Denied,  // the node is not served at all
};

inline constexpr std::array<std::string_view, 3> kMobilityNames{"on", "none", "denied"};

[[nodiscard]] constexpr std::string_view name_of(Mobility mobility) {
    return kMobilityNames.at(static_cast<std::size_t>(mobility));
}

[[nodiscard]] constexpr std::optional<Mobility> parse_mobility(std::string_view name) {
    for (std::size_t i = 0; i < kMobilityNames.size(); ++i) {
        if (kMobilityNames.at(i) == name) return static_cast<Mobility>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
