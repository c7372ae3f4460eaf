// A node with a TCP connection moves on and on; in each phase of a handover each daemon is killed
// once and started again. The connection lives on, and the kernels hold what they hold without.
#pragma once

#include "tests/crash/report.h"
#include "tests/crash/stage.h"

namespace dmm::crash {

void kill_in_every_phase(const Options& options, Report& report);

}  // namespace dmm::crash
