// The settings of an engine in the text form of traces: the words behind "reconfigured". Each
// setting is there, in one order, so that a line is the whole of what the engine is told.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "lib/model/settings.h"

namespace dmm::core {

// "maar address=2001:db8:1::1 cmd=...": lists repeat their key.
[[nodiscard]] std::string settings_text(const RoleSettings& settings);

// nullopt unless the words are those of settings_text(). Ranges are not looked at, but no number
// and no prefix is let through that an engine could not live with.
[[nodiscard]] std::optional<RoleSettings> parse_settings(std::span<const std::string> words);

}  // namespace dmm::core
