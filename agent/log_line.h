// The words of the log: one line per event, key=value, in a form that stays the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/core/note.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// "event=handover mn=alice@example from=2001:db8::1 took=31.0ms"
[[nodiscard]] std::string log_line(const core::Note& note);
[[nodiscard]] LogLevel log_level(core::NoteLevel level);
// What sd-daemon(3) reads at the start of a line: "<6>" and the like.
[[nodiscard]] std::string_view journal_prefix(LogLevel level);

// Whether standard error, of this device and inode, is the journal that the variable
// JOURNAL_STREAM ("DEVICE:INODE") speaks of (systemd.exec(5)).
[[nodiscard]] bool is_journal(std::string_view journal_stream,
                              std::uint64_t device,
                              std::uint64_t inode);

}  // namespace dmm::agent
