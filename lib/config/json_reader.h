// Text to Value. Comments are allowed; everything else is as RFC 8259 has it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "lib/config/json_value.h"

namespace dmm::config {

// The error says where (line and column, from 1, in octets) and what was found there.
[[nodiscard]] std::expected<Value, std::string> read_json(std::string_view text);

}  // namespace dmm::config
