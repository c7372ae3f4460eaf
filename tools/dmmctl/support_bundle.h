// `dmmctl support-bundle FILE`: what a report of a fault needs, in one file.
#pragma once

#include "tools/dmmctl/context.h"

namespace dmm::dmmctl {

[[nodiscard]] int support_bundle(const Context& context, Words words);

}  // namespace dmm::dmmctl
