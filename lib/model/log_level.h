// How much the daemon writes to its log, and the names of that.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

// Each level with those before it.
enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };

inline constexpr std::array<std::string_view, 4> kLogLevelNames{
    "error", "warning", "info", "debug"};

[[nodiscard]] constexpr std::string_view name_of(LogLevel level) {
    return kLogLevelNames.at(static_cast<std::size_t>(level));
}

[[nodiscard]] constexpr std::optional<LogLevel> parse_log_level(std::string_view name) {
    for (std::size_t i = 0; i < kLogLevelNames.size(); ++i) {
        if (kLogLevelNames.at(i) == name) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
