#include "agent/recording.h"

#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/config/load.h"
#include "lib/core/trace.h"

namespace dmm::agent {
namespace {

// In JSON, newlines and the blanks behind them stand between values only: inside of a string
// they are escaped.
std::string in_one_line(std::string_view json) {
    std::string out;
    while (!json.empty()) {
        const std::size_t end = json.find('\n');
        const std::string_view line = json.substr(0, end);
        const std::size_t text = line.find_first_not_of(' ');
        if (text != std::string_view::npos) out += line.substr(text);
        if (end == std::string_view::npos) break;
        json.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace

std::string recording_header(const Settings& settings, Seed seed) {
    const bool is_maar = std::holds_alternative<MaarSettings>(settings.role);
    Line line("recording");
    line.add("form", kRecordingForm)
        .add("version", DMM_VERSION)
        .add("role", is_maar ? "maar" : "cmd")
        .add("instance", settings.instance)
        .add("seed", seed.value);
    return std::move(line).str() + "\nconfig " + in_one_line(config::to_json(settings)) + '\n';
}

std::string recorded(const Now& now, const core::Event& event) {
    return "steady=" + std::to_string(now.steady.since_start.count()) +
           " wall=" + std::to_string(now.wall.since_epoch.count()) + ' ' + core::to_text(event);
}

std::string recorded(const core::Action& action) {
    return "> " + core::to_text(action);
}

}  // namespace dmm::agent
