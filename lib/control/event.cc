#include "lib/control/event.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/latency.h"
#include "lib/base/text.h"

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTimeForm = "0000-00-00T00:00:00.000000Z";

void put(std::string& text, std::size_t at, std::size_t digits, std::int64_t number) {
    constexpr std::int64_t kTen = 10;
    while (digits-- > 0) {
        text[at + digits] = static_cast<char>('0' + number % kTen);
        number /= kTen;
    }
}

std::optional<WallTime> parse_time(std::string_view text) {
    if (text.size() != kTimeForm.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kTimeForm[i] == '0' ? !digit : text[i] != kTimeForm[i]) return std::nullopt;
    }
    const auto number = [text](std::size_t at, std::size_t digits) {
        return parse_number<int>(text.substr(at, digits)).value_or(0);
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    // As far as nanoseconds in 64 bits reach.
    if (!date.ok() || number(0, 4) < 1700 || number(0, 4) > 2250) return std::nullopt;
    if (number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60) return std::nullopt;
    return WallTime{std::chrono::sys_days(date).time_since_epoch() +
                    std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
                    std::chrono::seconds(number(17, 2)) + std::chrono::microseconds(number(20, 6))};
}

std::unexpected<std::string> not_understood(const std::string& what) {
    return std::unexpected("the daemon's event is not understood: " + what);
}

std::optional<std::string> text_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

bool is_common(std::string_view key) {
    constexpr std::array<std::string_view, 5> kCommon{"v", "time", "instance", "event", "level"};
    return std::find(kCommon.begin(), kCommon.end(), key) != kCommon.end();
}

}  // namespace

std::string_view Event::field(std::string_view key) const {
    for (const EventField& f : fields) {
        if (f.key == key) return f.value;
    }
    return {};
}

std::string value_for_people(std::string_view key, std::string_view value) {
    const auto duration = key == "took" ? parse_duration(value) : std::nullopt;
    return duration ? latency_text(*duration) : std::string(value);
}

std::string time_text(WallTime time) {
    const std::chrono::sys_time<Duration> when(time.since_epoch);
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::microseconds>(when - day));
    std::string out(kTimeForm);
    put(out, 0, 4, int{date.year()});
    put(out, 5, 2, unsigned{date.month()});
    put(out, 8, 2, unsigned{date.day()});
    put(out, 11, 2, clock.hours().count());
    put(out, 14, 2, clock.minutes().count());
    put(out, 17, 2, clock.seconds().count());
    put(out, 20, 6, clock.subseconds().count());
    return out;
}

std::string encode(const Event& event) {
    Json out{{"v", kEventVersion},
             {"time", time_text(event.time)},
             {"instance", event.instance},
             {"event", event.name},
             {"level", name_of(event.level)}};
    for (const EventField& field : event.fields) {
        if (!out.contains(field.key)) out[field.key] = field.value;
    }
    // Names come from nodes and peers; what is no UTF-8 is replaced.
    return out.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::expected<Event, std::string> decode_event(std::string_view line) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return not_understood("it is no JSON object");
    const auto version = json.find("v");
    if (version == json.end() || *version != kEventVersion) {
        return not_understood("it is not of version " + std::to_string(kEventVersion) +
                              "; use the dmmctl of the daemon's release");
    }
    const auto name = text_in(json, "event");
    if (!name) return not_understood("it has no \"event\"");
    const auto time = parse_time(text_in(json, "time").value_or(""));
    if (!time) return not_understood("it has no \"time\"");
    const auto level = parse_log_level(text_in(json, "level").value_or(""));
    if (!level) return not_understood("it has no \"level\"");
    Event out{.time = *time,
              .instance = text_in(json, "instance").value_or(""),
              .name = *name,
              .level = *level};
    for (const auto& [key, value] : json.items()) {
        if (is_common(key) || !value.is_string()) continue;
        out.fields.push_back({.key = key, .value = value.get<std::string>()});
    }
    return out;
}

}  // namespace dmm::control
