// How the S-MAAR of a node that moves learns of its P-MAARs: RFC 8885 sections 3.2 to 3.4.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dmm {

enum class DomainMode : std::uint8_t {
    Proxy,    // the CMD says at once what it knows, and tells the P-MAARs meanwhile
    Relay,    // the CMD passes on what the P-MAARs answer
    Locator,  // the P-MAARs answer the S-MAAR themselves
};

inline constexpr std::array<std::string_view, 3> kDomainModeNames{"proxy", "relay", "locator"};

[[nodiscard]] constexpr std::string_view name_of(DomainMode mode) {
    return kDomainModeNames.at(static_cast<std::size_t>(mode));
}

[[nodiscard]] constexpr std::optional<DomainMode> parse_domain_mode(std::string_view name) {
    for (std::size_t i = 0; i < kDomainModeNames.size(); ++i) {
        if (kDomainModeNames.at(i) == name) return static_cast<DomainMode>(i);
    }
    return std::nullopt;
}

}  // namespace dmm
