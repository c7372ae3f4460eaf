// What the agent knows, as the values that monitoring asks for.
#pragma once

#include <cstdint>

#include "agent/counters.h"
#include "agent/data_plane.h"
#include "agent/engine.h"
#include "agent/phase_times.h"
#include "agent/traffic_totals.h"
#include "lib/base/time.h"
#include "lib/control/metrics.h"
#include "lib/model/settings.h"

namespace dmm::agent {

struct MetricsSources {
    const Settings& settings;
    const Engine& engine;
    const Counters& counters;
    const PeerBook& peers;
    const PhaseTimes& phases;
    const kernel::Driver* driver = nullptr;        // null where no kernel is driven
    const kernel::SourceFilter* filter = nullptr;  // null where sources are not checked
    const TrafficTotals& traffic;
    SteadyTime started;
    SteadyTime now;
    std::uint64_t loop_turns = 0;
};

// Visits every session: some milliseconds for a hundred thousand of them.
[[nodiscard]] control::Metrics metrics_of(const MetricsSources& from);

// Of this process, in octets; 0 if /proc does not tell.
[[nodiscard]] std::uint64_t resident_octets();

}  // namespace dmm::agent
