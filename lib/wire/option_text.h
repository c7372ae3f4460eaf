// The text form of one mobility option, "key=value", with the keys of the option table.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "lib/wire/option.h"

namespace dmm::wire {

// The key of an option without a row of its own: "raw=200,deadbeef".
inline constexpr std::string_view kRawOptionKey = "raw";

// A link-layer address or identifier: "02:00:00:00:01:01" if it has six octets, else hex.
[[nodiscard]] std::string link_layer_text(ByteView octets);
[[nodiscard]] std::string ip4_text(const std::array<std::uint8_t, 4>& address);

// Appends the option that "key=value" (or a bare "key") stands for; false if it is none.
[[nodiscard]] bool parse_option(std::string_view word, Options& out);

}  // namespace dmm::wire
