// JSON (with comments) to Settings: all errors at once, each with its place and remedy.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/settings.h"

namespace dmm::config {

struct ConfigError {
    std::string pointer;  // JSON pointer, "" for the whole document
    std::string message;  // what was found, what would be right
    friend bool operator==(const ConfigError&, const ConfigError&) = default;
};

// "FILE:POINTER: message".
[[nodiscard]] std::string to_text(const ConfigError& error, std::string_view file);

[[nodiscard]] std::expected<Settings, std::vector<ConfigError>> parse(std::string_view json,
                                                                      std::string_view instance);
// Reads the file; a missing or unreadable one is a single error. `instance` is the file's
// name without directory and ".json".
[[nodiscard]] std::expected<Settings, std::vector<ConfigError>> load(const std::string& path);

// The effective configuration with every default written out; parse() of it gives the same
// Settings again.
[[nodiscard]] std::string to_json(const Settings& settings);

}  // namespace dmm::config
