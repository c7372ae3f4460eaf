// What one move took, from the packets that the node's interface saw.
#pragma once

#include <optional>
#include <set>

#include "lib/base/time.h"
#include "tools/demo/packet.h"

namespace dmm::demo {

class MoveClock {
public:
    // `to`: the MAAR to which the node moves.
    explicit MoveClock(int to) : to_(to) {}

    // A packet of router discovery. True if it is news: the first solicitation, or the
    // first advertisement of its kind for a prefix.
    bool see(const Sighting& sighting);
    // A packet for an address on a prefix of another MAAR. True if it is the first since
    // the solicitation.
    bool see_arrival(const Sighting& sighting);

    // The first Router Solicitation: every retry counts against us.
    [[nodiscard]] std::optional<WallTime> solicited() const { return solicited_; }

    // From there to the first RA that prefers a prefix of the new MAAR.
    [[nodiscard]] std::optional<Duration> to_advert() const;
    // From there to the first packet for an old prefix.
    [[nodiscard]] std::optional<Duration> to_old_prefix() const;

private:
    int to_;
    std::optional<WallTime> solicited_;
    std::optional<WallTime> advertised_;
    std::optional<WallTime> old_prefix_;
    std::set<std::pair<Prefix, bool>> known_;  // with: preferred
};

}  // namespace dmm::demo
