#include "tools/dmmctl/monitor.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/words.h"
#include "lib/control/event.h"
#include "lib/model/event_name.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kNameWidth =
    std::max_element(kEventNames.begin(), kEventNames.end(), [](auto one, auto other) {
        return one.size() < other.size();
    }) -> size();

std::string two_digits(int number) {
    std::string out = std::to_string(number);
    return out.size() < 2 ? '0' + out : out;
}

std::string local_time_of_day(WallTime time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time.since_epoch);
    const auto rest = std::chrono::floor<std::chrono::microseconds>(time.since_epoch - whole);
    const std::time_t when = whole.count();
    std::tm local{};
    if (::localtime_r(&when, &local) == nullptr) return control::time_text(time);
    constexpr std::int64_t kMillion = 1'000'000;
    return two_digits(local.tm_hour) + ':' + two_digits(local.tm_min) + ':' +
           two_digits(local.tm_sec) + '.' + std::to_string(kMillion + rest.count()).substr(1);
}

std::expected<void, std::string> add_events(std::string_view list, std::vector<std::string>& into) {
    for (;;) {
        const auto comma = list.find(',');
        const std::string_view name = list.substr(0, comma);
        if (!is_event_name(name)) {
            const auto nearest = nearest_word(name, {kEventNames.begin(), kEventNames.end()});
            return std::unexpected(
                "unknown event " + in_quotes(name) +
                (nearest ? "; did you mean " + in_quotes(*nearest) + "?" : "; dmmd(8) lists them"));
        }
        into.emplace_back(name);
        if (comma == std::string_view::npos) return {};
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

std::expected<control::MonitorRequest, std::string> monitor_request(
    std::span<const std::string> words) {
    constexpr std::string_view kEvent = "event=";
    constexpr std::string_view kMn = "mn=";
    control::MonitorRequest out;
    for (const std::string_view word : words) {
        if (word.starts_with(kEvent)) {
            const auto added = add_events(word.substr(kEvent.size()), out.events);
            if (!added) return std::unexpected(added.error());
        } else if (word.starts_with(kMn) && word.size() > kMn.size() && out.mn.empty()) {
            out.mn = word.substr(kMn.size());
        } else {
            return std::unexpected(in_quotes(word) +
                                   " is no choice of events; give event=NAME,... or one mn=ID");
        }
    }
    return out;
}

std::expected<std::string, std::string> event_text(std::string_view line) {
    const auto event = control::decode_event(line);
    if (!event) return std::unexpected(event.error());
    if (event->name == control::kEventsLost) {
        return "... " + printable(event->field("count")) + " events lost";
    }
    std::string name = printable(event->name);
    name.resize(std::max(name.size(), kNameWidth), ' ');
    Line out(local_time_of_day(event->time) + "  " + name + ' ');
    for (const control::EventField& field : event->fields)
        out.add(printable(field.key), control::value_for_people(field.key, field.value));
    std::string text = std::move(out).str();
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace dmm::dmmctl
