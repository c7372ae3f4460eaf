#include "tools/dmmreplay/recording_reader.h"

#include <array>
#include <utility>

#include "agent/recording.h"
#include "lib/base/text.h"
#include "lib/config/load.h"
#include "lib/core/trace.h"

namespace dmm::dmmreplay {
namespace {

// A configuration may have 4 MiB; no event comes near it.
constexpr std::size_t kMostOctets = std::size_t{8} * 1024 * 1024;
// Two centuries: with any lifetime added, it still fits.
constexpr std::int64_t kMostTime = 7'000'000'000'000'000'000;

// Takes "KEY=" from the left of `text`, and its value up to the next blank.
std::optional<std::int64_t> take_time(std::string_view& text, std::string_view key) {
    if (!text.starts_with(key)) return std::nullopt;
    const std::size_t end = text.find(' ');
    if (end == std::string_view::npos) return std::nullopt;
    const auto out =
        parse_number<std::int64_t>(text.substr(key.size(), end - key.size()), 0, kMostTime);
    text.remove_prefix(end + 1);
    return out;
}

// What is wrong with settings that no configuration can have; "" for others. An engine need not
// live with them.
std::string fault_of(const RoleSettings& role) {
    const Settings settings{
        .instance = "x", .control_socket = "/x", .log = LogLevel::Info, .role = role};
    const auto again = config::parse(config::to_json(settings), settings.instance);
    if (again) return "";
    return again.error().front().pointer + ": " + again.error().front().message;
}

struct HeaderWords {
    std::string form;
    std::string version;
    std::string role;
    std::string instance;
    std::string seed;
};

std::optional<HeaderWords> header_words(std::string_view line) {
    const auto words = split_words(line);
    constexpr std::array<std::string_view, 5> kKeys{
        "form=", "version=", "role=", "instance=", "seed="};
    if (!words || words->size() != kKeys.size()) return std::nullopt;
    std::array<std::string, kKeys.size()> values;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        if (!(*words)[i].starts_with(kKeys[i])) return std::nullopt;
        values[i] = (*words)[i].substr(kKeys[i].size());
    }
    return HeaderWords{.form = std::move(values[0]),
                       .version = std::move(values[1]),
                       .role = std::move(values[2]),
                       .instance = std::move(values[3]),
                       .seed = std::move(values[4])};
}

}  // namespace

std::expected<Header, RecordingFault> RecordingReader::header() {
    const auto first = line_of("recording");
    if (!first) return std::unexpected(first.error());
    const auto words = header_words(*first);
    if (!words)
        return fault("form=, version=, role=, instance= and seed= are wanted, in this order");
    if (words->form != std::to_string(agent::kRecordingForm)) {
        return fault("form " + quoted(words->form) +
                     " is not known; use the dmmreplay of version " + quoted(words->version));
    }
    const auto seed = parse_number<std::uint64_t>(words->seed);
    if (!seed) return fault("the seed is no number");
    const auto json = line_of("config");
    if (!json) return std::unexpected(json.error());
    auto settings = config::parse(*json, words->instance);
    if (!settings) {
        const config::ConfigError& error = settings.error().front();
        return fault("the configuration: " + error.pointer + ": " + error.message);
    }
    const bool is_maar = std::holds_alternative<MaarSettings>(settings->role);
    if (words->role != (is_maar ? "maar" : "cmd")) {
        return fault("the configuration is not that of the role in line 1");
    }
    return Header{.version = words->version, .settings = std::move(*settings), .seed = Seed{*seed}};
}

std::expected<std::optional<RecordedLine>, RecordingFault> RecordingReader::next() {
    for (;;) {
        auto text = line();
        if (!text) return std::unexpected(std::move(text.error()));
        if (!*text) return std::nullopt;
        if ((*text)->starts_with('#')) continue;
        RecordedLine out{.number = number_, .text = std::move(**text), .what = RecordedAction{}};
        if (out.text.starts_with("> ")) {
            if (!has_event_) return fault("an action stands before the first event");
            return out;
        }
        auto read = event(out.text);
        if (!read) return std::unexpected(std::move(read.error()));
        out.what = std::move(*read);
        return out;
    }
}

std::expected<RecordedEvent, RecordingFault> RecordingReader::event(std::string_view text) {
    const auto steady = take_time(text, "steady=");
    const auto wall = steady ? take_time(text, "wall=") : std::nullopt;
    if (!wall) return fault("neither an action nor an event with its steady= and wall= time");
    auto read = core::parse_event(text);
    if (!read) return fault("the event is not understood");
    if (const auto* event = std::get_if<core::Reconfigured>(&*read)) {
        const std::string wrong = fault_of(*event->settings);
        if (!wrong.empty()) return fault("the configuration: " + wrong);
    }
    const Now now{.steady = {Duration(*steady)}, .wall = {Duration(*wall)}};
    if (has_event_ && now.steady < last_) return fault("the time goes back");
    has_event_ = true;
    last_ = now.steady;
    return RecordedEvent{.now = now, .event = std::move(*read)};
}

std::expected<std::optional<std::string>, RecordingFault> RecordingReader::line() {
    std::string out;
    ++number_;
    for (;;) {
        const int c = in_.get();
        if (c == std::istream::traits_type::eof()) {
            if (in_.bad()) return fault("cannot be read");
            if (!out.empty()) return fault("the line does not end; the file is cut short");
            return std::nullopt;
        }
        if (c == '\n') return out;
        if (out.size() == kMostOctets) return fault("too long for a line");
        out += static_cast<char>(c);
    }
}

std::expected<std::string, RecordingFault> RecordingReader::line_of(std::string_view verb) {
    auto text = line();
    if (!text) return std::unexpected(std::move(text.error()));
    const std::string start = std::string(verb) + ' ';
    if (!*text || !(*text)->starts_with(start)) {
        return fault("no recording: the line does not begin with " + quoted(verb));
    }
    return (*text)->substr(start.size());
}

std::unexpected<RecordingFault> RecordingReader::fault(std::string text) const {
    return std::unexpected(RecordingFault{.line = number_, .text = std::move(text)});
}

}  // namespace dmm::dmmreplay
