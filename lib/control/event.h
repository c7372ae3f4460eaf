// One happening that a person is told of, as a value and as a line of JSON for programs:
//   {"v":1,"time":"2026-11-26T11:22:33.123456Z","instance":"maar1","event":"handover",
//    "level":"info","mn":"alice@example","from":"2001:db8:1::1","took":"0.031s"}
// Names and keys stay as they are between versions, new ones may come; "v" changes when what is
// there changes its meaning. The values of the fields are strings, as the log has them.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/time.h"
#include "lib/model/settings.h"

namespace dmm::control {

inline constexpr std::int64_t kEventVersion = 1;
// A remark to one reader that it missed so many ("count") of the events that it follows.
inline constexpr std::string_view kEventsLost = "events_lost";

struct EventField {
    std::string key;
    std::string value;
    friend bool operator==(const EventField&, const EventField&) = default;
};

struct Event {
    WallTime time;
    std::string instance;
    std::string name;  // one of kEventNames, or kEventsLost
    LogLevel level = LogLevel::Info;
    std::vector<EventField> fields{};  // in the order in which they are shown

    [[nodiscard]] std::string_view field(std::string_view key) const;  // "" if absent
    friend bool operator==(const Event&, const Event&) = default;
};

// The value of a field as a person reads it: times lose what nobody can use, "37.8ms". Programs,
// recordings and hooks get them exact.
[[nodiscard]] std::string value_for_people(std::string_view key, std::string_view value);

// In UTC, to the microsecond: "2026-11-26T11:22:33.123456Z".
[[nodiscard]] std::string time_text(WallTime time);

// Without the closing newline. Of two fields with the same key the first one counts, and none
// takes the place of what every event has.
[[nodiscard]] std::string encode(const Event& event);
// Whatever string there is besides what every event has is a field. The error is a sentence.
[[nodiscard]] std::expected<Event, std::string> decode_event(std::string_view line);

}  // namespace dmm::control
