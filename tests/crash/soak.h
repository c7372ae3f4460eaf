// Many nodes move at random while daemons are killed at random. At the end every node has all of
// its prefixes and connections, and when the daemons are stopped nothing is left.
#pragma once

#include "tests/crash/report.h"
#include "tests/crash/stage.h"

namespace dmm::crash {

void soak(const Options& options, Report& report);

}  // namespace dmm::crash
