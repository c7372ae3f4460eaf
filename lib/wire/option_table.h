// The one place for what is known of each mobility option: its number, its names, the Lengths
// it may have, where it must start and how often it may occur. Codec and text form are driven
// by it. RFC 6275 section 6.2, RFC 5213 section 8, RFC 8885 sections 4.3 to 4.8, and the RFC
// named at each row of the table itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/wire/option.h"

namespace dmm::wire {

inline constexpr std::uint8_t kPad1 = 0;
inline constexpr std::uint8_t kPadN = 1;

// Which values the Length octet may have (it does not count Type and Length).
struct LengthRule {
    std::uint8_t least = 0;
    std::uint8_t most = 255;
    std::uint8_t also = 0;  // one further value for options that carry IPv6 or IPv4

    [[nodiscard]] constexpr bool allows(std::size_t length) const {
        return (length >= least && length <= most) || (also != 0 && length == also);
    }
};

// "xn+y": the Type octet stands at an offset that leaves `y` when divided by `x`.
struct Alignment {
    std::uint8_t x = 1;
    std::uint8_t y = 0;
};

struct OptionRule {
    std::uint8_t type = 0;
    std::string_view name;        // as in JSON: "home_network_prefix"
    std::string_view key;         // as in the text form: "hnp"; empty for a kept-as-it-came option
    std::size_t alternative = 0;  // index of its C++ type in the variant Option
    LengthRule length;
    Alignment alignment;
    bool once = false;        // may occur once in a BU or BA
    bool dmm_only = false;    // means nothing without the D flag
    bool link_layer = false;  // two reserved octets, then an address that wants alignment
};

// nullptr for padding and for a number without a row.
[[nodiscard]] const OptionRule* rule_of(std::uint8_t type);
// The row of a typed option; nullptr for a RawOption.
[[nodiscard]] const OptionRule* rule_of(const Option& option);
// The row with that key in the text form, or nullptr.
[[nodiscard]] const OptionRule* rule_with_key(std::string_view key);

// Where an option of `type` with that Length starts; {1, 0} when nothing is required.
[[nodiscard]] Alignment alignment_of(std::uint8_t type, std::size_t length);

}  // namespace dmm::wire
