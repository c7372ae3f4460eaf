#include "agent/log_sink.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/event_of.h"
#include "agent/log_line.h"

namespace dmm::agent {
namespace {

bool stderr_is_journal() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread.
    const char* stream = std::getenv("JOURNAL_STREAM");

    struct stat own {};

    return stream != nullptr && fstat(STDERR_FILENO, &own) == 0 &&
           is_journal(stream, own.st_dev, own.st_ino);
}

}  // namespace

LogSink::LogSink(LogLevel threshold) : threshold_(threshold), journal_(stderr_is_journal()) {}

void LogSink::note(const core::Note& note, WallTime at) {
    if (keeps_events_) events_.push_back(event_of(note, at));
    const LogLevel level = log_level(level_of(note.kind));
    if (level <= threshold_) write(level, name_of(note.kind), log_line(note));
}

void LogSink::say(LogLevel level, std::string_view kind, Line fields) {
    const std::string text = std::move(fields).str();
    if (keeps_events_) events_.push_back(event_of(kind, level, text, read_clock().wall));
    if (level <= threshold_) write(level, kind, "event=" + std::string(kind) + text);
}

std::vector<control::Event> LogSink::take_events() {
    // What the agent says itself is said at once, notes at the end of a turn.
    std::stable_sort(events_.begin(), events_.end(), [](const auto& one, const auto& other) {
        return one.time < other.time;
    });
    return std::exchange(events_, {});
}

void LogSink::say_all(LogLevel level, std::string_view kind, Line fields) {
    const std::string text = std::move(fields).str();
    if (keeps_events_) events_.push_back(event_of(kind, level, text, read_clock().wall));
    if (level <= threshold_) write_always(level, "event=" + std::string(kind) + text);
}

void LogSink::on_deadline(SteadyTime now) {
    for (const LogLimit::LeftOut& left_out : limit_.take_left_out(now)) {
        Line line("event=left_out");
        line.add("kind", left_out.kind).add("lines", left_out.lines);
        write_always(LogLevel::Warning, std::move(line).str());
    }
}

void LogSink::write(LogLevel level, std::string_view kind, std::string_view line) {
    if (limit_.admit(kind, read_clock().steady)) write_always(level, line);
}

void LogSink::write_always(LogLevel level, std::string_view line) const {
    std::string out(journal_ ? journal_prefix(level) : "");
    out.append(line).append("\n");
    // A log that nobody can take must not stop the daemon: what does not fit is lost.
    const ssize_t written = ::write(STDERR_FILENO, out.data(), out.size());
    static_cast<void>(written);
}

}  // namespace dmm::agent
