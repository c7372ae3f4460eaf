// `dmmctl show VIEW`: the views, what each of them takes, and how it is printed.
#pragma once

#include <string>

#include "tools/dmmctl/context.h"

namespace dmm::dmmctl {

[[nodiscard]] int show(const Context& context, Words words);

// For `dmmctl help show`: each view with what it takes, and a line about it. The completions
// read it.
[[nodiscard]] std::string views_text();

}  // namespace dmm::dmmctl
