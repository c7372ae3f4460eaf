// What follows the reply to `trace`: a line of JSON for each event and action, until either
// side hangs up.
//   {"time":1767225605.000000000,"kind":"event","text":"steady=... wall=... tick"}
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace dmm::control {

struct TraceLine {
    enum class Kind : std::uint8_t { Event, Action, LeftOut };

    WallTime time;
    Kind kind = Kind::Event;
    std::string text;  // as a recording has it
};

// Without the closing newline.
[[nodiscard]] std::string encode(const TraceLine& line);
// The "text" of such a line; the error is a sentence.
[[nodiscard]] std::expected<std::string, std::string> trace_text(std::string_view line);

}  // namespace dmm::control
