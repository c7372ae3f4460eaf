// The deadlines of many sessions in one ordered set, so that an engine says in constant
// time when it wants to be called next and finds what is due without looking at the rest.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/serial.h"

namespace dmm::core {

class Deadlines {
public:
    // Replaces the session's deadline; nullopt removes it.
    void set(Serial serial, std::optional<SteadyTime> at);
    [[nodiscard]] std::optional<SteadyTime> next() const;
    // Removes and returns every session whose deadline is not after `now`.
    [[nodiscard]] std::vector<Serial> take_due(SteadyTime now);

private:
    struct Entry {
        SteadyTime at;
        Serial serial;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };

    std::set<Entry> ordered_;
    std::map<Serial, SteadyTime> by_serial_;
};

// The earlier of two deadlines that may be absent.
[[nodiscard]] std::optional<SteadyTime> earlier(std::optional<SteadyTime> a,
                                                std::optional<SteadyTime> b);

}  // namespace dmm::core
