// Replies as tables for a person. Each ends with a newline.
#pragma once

#include <string>
#include <string_view>

#include "lib/control/protocol.h"

namespace dmm::dmmctl {

// `reply` is not a Failed.
[[nodiscard]] std::string render(const control::Reply& reply);

}  // namespace dmm::dmmctl
