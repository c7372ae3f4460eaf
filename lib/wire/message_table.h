// The Mobility Header types of the IANA registry: which are known, what they are called and
// the least Header Len that their RFC demands; and the letters of the flags of BU and BA.
// RFC 6275 section 6.1 and the RFCs at each row.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "lib/wire/message.h"

namespace dmm::wire {

struct MhRule {
    std::string_view name;            // "BU", "BA", ...
    std::uint8_t min_header_len = 0;  // units of 8 octets, the first not counted
};

// nullptr for a number that no RFC has assigned.
[[nodiscard]] const MhRule* mh_rule_of(std::uint8_t type);

struct FlagName {
    char letter = '-';
    std::uint16_t bit = 0;
};

inline constexpr std::array<FlagName, 12> kUpdateFlags{{
    {'A', bu_flag::kA},
    {'H', bu_flag::kH},
    {'L', bu_flag::kL},
    {'K', bu_flag::kK},
    {'M', bu_flag::kM},
    {'R', bu_flag::kR},
    {'P', bu_flag::kP},
    {'F', bu_flag::kF},
    {'T', bu_flag::kT},
    {'B', bu_flag::kB},
    {'S', bu_flag::kS},
    {'D', bu_flag::kD},
}};

inline constexpr std::array<FlagName, 7> kAckFlags{{
    {'K', ba_flag::kK},
    {'R', ba_flag::kR},
    {'P', ba_flag::kP},
    {'T', ba_flag::kT},
    {'B', ba_flag::kB},
    {'S', ba_flag::kS},
    {'D', ba_flag::kD},
}};

}  // namespace dmm::wire
