// A recording line by line (agent/recording.h has its form). The file may come from anybody:
// what does not fit ends the reading with the line and the reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/event.h"
#include "lib/model/settings.h"

namespace dmm::dmmreplay {

struct RecordingFault {
    std::size_t line = 0;
    std::string text;
    friend bool operator==(const RecordingFault&, const RecordingFault&) = default;
};

struct Header {
    std::string version;  // of the dmmd that recorded
    Settings settings;
    Seed seed;
};

struct RecordedEvent {
    Now now;
    core::Event event;
};

// "> ..." as it stands: actions are compared by their text.
struct RecordedAction {};

struct RecordedLine {
    std::size_t number = 0;
    std::string text;
    std::variant<RecordedEvent, RecordedAction> what;
};

class RecordingReader {
public:
    // `in` must outlive this.
    explicit RecordingReader(std::istream& in) : in_(in) {}

    // First of all, once.
    [[nodiscard]] std::expected<Header, RecordingFault> header();
    // nullopt at the end. Remarks are passed over.
    [[nodiscard]] std::expected<std::optional<RecordedLine>, RecordingFault> next();

private:
    // nullopt at the end.
    [[nodiscard]] std::expected<std::optional<std::string>, RecordingFault> line();
    // The next line, which must begin with the word `verb`; what stands behind it.
    [[nodiscard]] std::expected<std::string, RecordingFault> line_of(std::string_view verb);
    [[nodiscard]] std::expected<RecordedEvent, RecordingFault> event(std::string_view text);
    [[nodiscard]] std::unexpected<RecordingFault> fault(std::string text) const;

    std::istream& in_;
    std::size_t number_ = 0;
    bool has_event_ = false;
    SteadyTime last_;
};

}  // namespace dmm::dmmreplay
