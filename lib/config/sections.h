// The sections of a configuration. Each reader fills what it can and reports the rest; when
// there are errors, its result is of no use beyond finding more of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/errors.h"
#include "lib/config/json_value.h"
#include "lib/model/settings.h"

namespace dmm::config {

// Without "protocol" and "advert", which are sections of their own.
[[nodiscard]] MaarSettings read_maar(const Value& value, std::string_view pointer, Errors& errors);
[[nodiscard]] CmdSettings read_cmd(const Value& value, std::string_view pointer, Errors& errors);

[[nodiscard]] ControlSettings read_control(const Value& value,
                                           std::string_view pointer,
                                           Errors& errors);
[[nodiscard]] std::optional<MetricsSettings> read_metrics(const Value& value,
                                                          std::string_view pointer,
                                                          Errors& errors);
[[nodiscard]] ProtocolSettings read_protocol(const Value& value,
                                             std::string_view pointer,
                                             Errors& errors);
[[nodiscard]] AdvertSettings read_advert(const Value& value,
                                         std::string_view pointer,
                                         Errors& errors);

[[nodiscard]] std::vector<HookSettings> read_hooks(const Value::Array& hooks,
                                                   const std::string& pointer,
                                                   Errors& errors);

}  // namespace dmm::config
