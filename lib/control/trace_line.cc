#include "lib/control/trace_line.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(TraceLine::Kind kind) {
    switch (kind) {
        case TraceLine::Kind::Event:
            return "event";
        case TraceLine::Kind::Action:
            return "action";
        case TraceLine::Kind::LeftOut:
            return "left_out";
    }
    std::unreachable();
}

// Seconds as a JSON number, to the nanosecond; a floating-point number could not hold that.
std::string number_of(WallTime time) {
    std::string text = to_text(time.since_epoch);
    text.pop_back();  // the unit
    return text;
}

}  // namespace

std::string encode(const TraceLine& line) {
    return R"({"time":)" + number_of(line.time) + R"(,"kind":")" + std::string(name_of(line.kind)) +
           R"(","text":)" +
           Json(line.text).dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) +
           '}';
}

std::expected<std::string, std::string> trace_text(std::string_view line) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    const auto text = json.is_object() ? json.find("text") : json.end();
    if (!json.is_object() || text == json.end() || !text->is_string()) {
        return std::unexpected("the daemon's trace is not understood: it has no text");
    }
    return text->get<std::string>();
}

}  // namespace dmm::control
