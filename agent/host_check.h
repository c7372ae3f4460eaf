// The look at this host from end to end: for `dmmd --check`, at each start, and for
// `dmmctl check`.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "agent/host_facts.h"
#include "agent/log_sink.h"
#include "agent/rate_limit.h"
#include "lib/base/time.h"
#include "lib/control/views.h"
#include "lib/model/finding.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// Before a daemon runs, or beside one: tries everything.
[[nodiscard]] std::vector<Finding> check_host(const Settings& settings);

// Of a daemon that has just made what it needs in the kernel: a line for each warning and
// error. Returns what was tried, for later checks.
[[nodiscard]] Trials check_at_start(const Settings& settings, bool dry_run, LogSink& log);

[[nodiscard]] std::vector<control::FindingView> finding_views(const std::vector<Finding>& findings);

// Checks of a daemon at work: nothing is tried, and others decide how often they ask.
class HostCheck {
public:
    explicit HostCheck(Trials trials) : trials_(std::move(trials)) {}

    // nullopt: asked too often.
    [[nodiscard]] std::optional<std::vector<Finding>> run(const Settings& settings, SteadyTime now);

private:
    Trials trials_;
    TokenBucket bucket_{/*burst=*/5., /*per_second=*/1.};
};

}  // namespace dmm::agent
