// The only writer of the log: standard error, with the journal's level marks when it is the
// journal that listens.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/log_limit.h"
#include "lib/base/text.h"
#include "lib/base/time.h"
#include "lib/control/event.h"
#include "lib/core/note.h"
#include "lib/model/settings.h"

namespace dmm::agent {

class LogSink {
public:
    explicit LogSink(LogLevel threshold);

    // `at`: when it happened.
    void note(const core::Note& note, WallTime at);
    // A line of the agent's own: "event=KIND" and what `fields` holds. Limited like notes.
    void say(LogLevel level, std::string_view kind, Line fields = Line(""));

    // Whether what is said, also below the threshold or beyond the limit, is kept for
    // take_events(). It is from the beginning on, so that the start is not missed.
    void keep_events(bool keep) { keeps_events_ = keep; }

    // In the order in which they happened.
    [[nodiscard]] std::vector<control::Event> take_events();

    // The same, however many there are: for what is bounded by itself.
    void say_all(LogLevel level, std::string_view kind, Line fields);

    [[nodiscard]] LogLevel threshold() const { return threshold_; }

    void set_threshold(LogLevel threshold) { threshold_ = threshold; }

    // When on_deadline() should be called to tell what was left out.
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return limit_.next_deadline(); }

    void on_deadline(SteadyTime now);

private:
    void write(LogLevel level, std::string_view kind, std::string_view line);
    void write_always(LogLevel level, std::string_view line) const;

    LogLevel threshold_;
    bool journal_;
    LogLimit limit_;
    bool keeps_events_ = true;
    std::vector<control::Event> events_;
};

}  // namespace dmm::agent
