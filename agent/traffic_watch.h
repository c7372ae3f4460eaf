// What nodes send and are sent, as the kernel has counted it: which prefixes were used since the
// last look, and the numbers for who asks.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/event.h"
#include "lib/kernel/source_filter.h"

namespace dmm::agent {

class TrafficWatch {
public:
    // Looks several times within `idle_release`; never by itself if that is 0.
    explicit TrafficWatch(Duration idle_release);

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return next_look_; }

    // The prefixes whose counters differ from those of the last look. All of them when they cannot
    // be read: no prefix shall be given up because nobody could look.
    [[nodiscard]] std::vector<core::PrefixUsed> look(kernel::SourceFilter& filter, SteadyTime now);

    // At most a second old.
    [[nodiscard]] const kernel::TrafficReading& reading(kernel::SourceFilter& filter,
                                                        SteadyTime now);

private:
    using Pair = std::pair<kernel::Traffic, kernel::Traffic>;

    [[nodiscard]] bool read(kernel::SourceFilter& filter, SteadyTime now);
    [[nodiscard]] Pair counters_of(const kernel::NodePrefix& source) const;

    std::optional<Duration> interval_;
    std::optional<SteadyTime> next_look_;
    std::optional<SteadyTime> read_at_;
    kernel::TrafficReading reading_;
    std::map<kernel::NodePrefix, Pair> seen_;  // at the last look
};

}  // namespace dmm::agent
