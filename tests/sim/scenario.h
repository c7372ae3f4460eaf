// A script in the language of tests/scenarios.
#pragma once

#include <string>

#include "tests/sim/script.h"

namespace dmm::test {

[[nodiscard]] std::string scenario_text(const Script& script, const std::string& title);

}  // namespace dmm::test
