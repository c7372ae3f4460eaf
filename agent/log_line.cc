#include "agent/log_line.h"

#include <utility>

#include "lib/base/text.h"
#include "lib/control/event.h"

namespace dmm::agent {

std::string log_line(const core::Note& note) {
    Line line("event=" + std::string(name_of(note.kind)));
    for (const core::NoteField& field : note.fields)
        line.add(field.key, control::value_for_people(field.key, field.value));
    return std::move(line).str();
}

LogLevel log_level(core::NoteLevel level) {
    switch (level) {
        case core::NoteLevel::Info:
            return LogLevel::Info;
        case core::NoteLevel::Warning:
            return LogLevel::Warning;
        case core::NoteLevel::Error:
            return LogLevel::Error;
    }
    std::unreachable();
}

std::string_view journal_prefix(LogLevel level) {
    switch (level) {
        case LogLevel::Error:
            return "<3>";
        case LogLevel::Warning:
            return "<4>";
        case LogLevel::Info:
            return "<6>";
        case LogLevel::Debug:
            return "<7>";
    }
    std::unreachable();
}

bool is_journal(std::string_view journal_stream, std::uint64_t device, std::uint64_t inode) {
    return journal_stream == std::to_string(device) + ":" + std::to_string(inode);
}

}  // namespace dmm::agent
