// What is said about objects in the kernel that others have removed, changed or put in our way.
#pragma once

#include "agent/counters.h"
#include "agent/log_sink.h"
#include "lib/kernel/driver.h"

namespace dmm::agent {

void report(const kernel::Repair& repair, Counters& counters, LogSink& log);

}  // namespace dmm::agent
