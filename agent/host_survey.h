// Looks at this host for agent/preflight.h: /proc, the clock, interfaces, routes, the packet
// filter. Reads only; what has to be tried is tried by the functions at the end.
#pragma once

#include <string>

#include "agent/host_facts.h"
#include "lib/model/settings.h"

namespace dmm::agent {

enum class Survey : std::uint8_t {
    Quick,  // what a daemon at work may ask for: takes as long with many nodes as with none
    Whole,  // every interface and every route of our table too
};

[[nodiscard]] HostFacts survey(const Settings& settings, Trials trials, Survey extent);

// Each trial makes something and removes it. "tried WHEN", say the findings.
[[nodiscard]] Trials try_all(const MaarSettings& maar, const std::string& when);

// For a MAAR whose driver has started, which shows that the rest works.
[[nodiscard]] Trials try_beside_driver(const MaarSettings& maar);

// Of a dry run, or of a CMD, which need nothing.
[[nodiscard]] Trials untried(const std::string& reason);

}  // namespace dmm::agent
