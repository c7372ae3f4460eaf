// Replies as tables for a person. Each ends with a newline.
#pragma once

#include <string>
#include <string_view>

#include "lib/control/protocol.h"

namespace dmm::dmmctl {

// A terminal that nobody has made wider.
inline constexpr std::size_t kColumns = 80;

struct Form {
    bool full = false;      // everything, and nothing cut to fit into kColumns
    bool filtered = false;  // what is missing was not asked for
};

// `reply` is not a Failed.
[[nodiscard]] std::string render(const control::Reply& reply, const Form& form = {});

}  // namespace dmm::dmmctl
