// The commands that change how the daemon works: `reload`, `drain`, `undrain`, `log`.
#pragma once

#include <string>

#include "lib/control/reload_view.h"
#include "tools/dmmctl/context.h"

namespace dmm::dmmctl {

[[nodiscard]] int reload(const Context& context, Words words);
[[nodiscard]] int drain(const Context& context, Words words);
[[nodiscard]] int undrain(const Context& context, Words words);
[[nodiscard]] int log(const Context& context, Words words);

// What changed, or why nothing did: one line for each key, each with its end.
[[nodiscard]] std::string reload_text(const control::ReloadView& view);
[[nodiscard]] std::string log_text(const control::LogView& view);

}  // namespace dmm::dmmctl
