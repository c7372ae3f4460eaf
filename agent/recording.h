// What a recording is made of, as text: a header from which the same engine can be made
// again, then each event with its time and the actions that it led to.
//   recording form=1 version=0.1.0 role=cmd instance=cmd seed=17
//   config {"role": "cmd", ...}
//   steady=5000000000 wall=1767225605000000000 tick
//   > note expired mn=alice@example
// Lines that begin with '#' are remarks.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/event.h"
#include "lib/model/settings.h"

namespace dmm::agent {

inline constexpr int kRecordingForm = 1;

// Two lines, each with its newline. The configuration is the effective one.
[[nodiscard]] std::string recording_header(const Settings& settings, Seed seed);

// Without a newline; times are nanoseconds.
[[nodiscard]] std::string recorded(const Now& now, const core::Event& event);
[[nodiscard]] std::string recorded(const core::Action& action);

}  // namespace dmm::agent
