#include "agent/event_of.h"

#include <string>
#include <vector>

#include "agent/log_line.h"
#include "lib/base/text.h"

namespace dmm::agent {

control::Event event_of(const core::Note& note, WallTime at) {
    control::Event out{.time = at,
                       .instance = {},
                       .name = std::string(name_of(note.kind)),
                       .level = log_level(level_of(note.kind))};
    for (const core::NoteField& field : note.fields)
        out.fields.push_back({.key = field.key, .value = field.value});
    return out;
}

control::Event event_of(std::string_view kind,
                        LogLevel level,
                        std::string_view fields,
                        WallTime at) {
    control::Event out{.time = at, .instance = {}, .name = std::string(kind), .level = level};
    const auto words = split_words(fields);
    if (!words) return out;
    for (const std::string& word : *words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) continue;
        out.fields.push_back({.key = word.substr(0, equals), .value = word.substr(equals + 1)});
    }
    return out;
}

}  // namespace dmm::agent
