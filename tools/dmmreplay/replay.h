// The engine of a recording, made anew and fed with the same events.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tools/dmmreplay/recording_reader.h"

namespace dmm::dmmreplay {

// Where what happens now first leaves the record.
struct Difference {
    std::size_t line = 0;        // of the recording, and of one that would be made now
    std::size_t event_line = 0;  // what it is an answer to
    std::string event;
    std::string recorded;  // "" : no more actions
    std::string now;       // "" : no more actions
    friend bool operator==(const Difference&, const Difference&) = default;
};

struct Outcome {
    std::size_t events = 0;
    std::size_t actions = 0;
    std::optional<Difference> difference;
};

// Reads what is behind the header, up to the end or the first difference. `show` is told
// each event, and each action of now.
[[nodiscard]] std::expected<Outcome, RecordingFault> replay(
    const Header& header,
    RecordingReader& reader,
    const std::function<void(std::string_view)>& show);

}  // namespace dmm::dmmreplay
