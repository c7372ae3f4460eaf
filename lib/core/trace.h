// The one text form of events and actions: scenario files, recordings, simulator reports
// and `dmmctl trace` all speak it. One line each, words and key=value pairs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/core/action.h"
#include "lib/core/event.h"

namespace dmm::core {

[[nodiscard]] std::string to_text(const Event& event);
[[nodiscard]] std::string to_text(const Action& action);
// nullopt if the line is not understood; parse_event(to_text(e)) == e for every event.
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

}  // namespace dmm::core
