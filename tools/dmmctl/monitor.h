// `dmmctl monitor`: what is asked, and each event as a line for a person.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "lib/control/protocol.h"

namespace dmm::dmmctl {

// Of words like "event=handover,registered" and "mn=alice@example". The error is a part of a line
// for the user.
[[nodiscard]] std::expected<control::MonitorRequest, std::string> monitor_request(
    std::span<const std::string> words);

// Of a line of the daemon: the local time of day, the event, its fields; without a newline. The
// error is a sentence.
[[nodiscard]] std::expected<std::string, std::string> event_text(std::string_view line);

}  // namespace dmm::dmmctl
