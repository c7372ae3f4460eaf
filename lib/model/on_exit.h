// What becomes of the forwarding when the daemon of a MAAR is told to end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class OnExit : std::uint8_t {
    Flush,  // it goes, and the sessions are forgotten
    Keep,   // it stays, and the next run goes on with it
};

inline constexpr std::array<std::string_view, 2> kOnExitNames{"flush", "keep"};

[[nodiscard]] constexpr std::string_view name_of(OnExit on_exit) {
    return kOnExitNames.at(static_cast<std::size_t>(on_exit));
}

[[nodiscard]] constexpr std::optional<OnExit> parse_on_exit(std::string_view name) {
    for (std::size_t i = 0; i < kOnExitNames.size(); ++i) {
        if (kOnExitNames.at(i) == name) return static_cast<OnExit>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
