// The only writer of the log: standard error, with the journal's level marks when it is the
// journal that listens.
#pragma once

#include <optional>
#include <string_view>

#include "agent/log_limit.h"
#include "lib/base/text.h"
#include "lib/base/time.h"
#include "lib/core/note.h"
#include "lib/model/settings.h"

namespace dmm::agent {

class LogSink {
public:
    explicit LogSink(LogLevel threshold);

    void note(const core::Note& note);
    // A line of the agent's own: "event=KIND" and what `fields` holds. Limited like notes.
    void say(LogLevel level, std::string_view kind, Line fields = Line(""));

    // When on_deadline() should be called to tell what was left out.
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return limit_.next_deadline(); }

    void on_deadline(SteadyTime now);

private:
    void write(LogLevel level, std::string_view kind, std::string_view line);
    void write_always(LogLevel level, std::string_view line) const;

    LogLevel threshold_;
    bool journal_;
    LogLimit limit_;
};

}  // namespace dmm::agent
