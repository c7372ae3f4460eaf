// What the engines and the agent have to tell, as events for those who follow.
#pragma once

#include <string_view>

#include "lib/base/time.h"
#include "lib/control/event.h"
#include "lib/core/note.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// Without the instance, which who passes them on knows.
[[nodiscard]] control::Event event_of(const core::Note& note, WallTime at);
// `fields` is the rest of a line of the log: " key=value key="a value"".
[[nodiscard]] control::Event event_of(std::string_view kind,
                                      LogLevel level,
                                      std::string_view fields,
                                      WallTime at);

}  // namespace dmm::agent
