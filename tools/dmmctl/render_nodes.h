// `dmmctl show nodes` for a person.
#pragma once

#include <string>
#include <vector>

#include "lib/control/views.h"
#include "tools/dmmctl/render.h"

namespace dmm::dmmctl {

// A line for each node; with `full`, its anchors and what passed them below it.
[[nodiscard]] std::string nodes_text(const std::vector<control::NodeView>& nodes, const Form& form);

}  // namespace dmm::dmmctl
