// What others have changed or removed and shall be made again: soon the first time, then more
// and more seldom, so that two programs that want different things do not fight for ever. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>

#include "lib/base/time.h"
#include "lib/kernel/objects.h"

namespace dmm::kernel {

class Repairs {
public:
    // It is not, or no longer, as wished for: due in a twentieth of a second, later if it has
    // been repaired within the last minutes.
    void add(const Identity& identity, SteadyTime now);
    // What could not be made before may be possible now.
    void hasten(SteadyTime now);

    // What is due, not too much for one turn of the loop; the rest is due at once.
    [[nodiscard]] std::set<Identity> take_due(SteadyTime now);
    // What came of one that was taken; one of the three must be said.
    // Returns how often it has been tried lately.
    unsigned mended(const Identity& identity, SteadyTime now);
    // It is due again a second later, then twice as much each time, up to a minute. Returns how
    // often this happened since it was mended.
    unsigned failed(const Identity& identity, SteadyTime now);

    // Nobody wishes for it any more, or it stands already.
    void forget(const Identity& identity) { entries_.erase(identity); }

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const { return earliest_; }

    // How many wait to be repaired.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

    void clear() { *this = {}; }

private:
    struct Entry {
        unsigned tries = 0;
        unsigned failures = 0;  // of them, the last ones
        SteadyTime last;        // of the tries
        std::optional<SteadyTime> due;
    };

    void schedule(Entry& entry, SteadyTime due);
    void look_for_earliest();
    void prune(SteadyTime now);

    std::map<Identity, Entry> entries_;
    std::optional<SteadyTime> earliest_;
    std::size_t waiting_ = 0;
};

}  // namespace dmm::kernel
