#include "tools/demo/move_clock.h"

#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

std::optional<Duration> between(std::optional<WallTime> from, std::optional<WallTime> to) {
    if (!from || !to) return std::nullopt;
    return to->since_epoch - from->since_epoch;
}

}  // namespace

bool MoveClock::see(const Sighting& sighting) {
    if (is_router_solicitation(sighting.packet)) {
        if (!sighting.outgoing || solicited_) return false;
        solicited_ = sighting.at;
        return true;
    }
    const auto prefixes = advertised_in(sighting.packet);
    if (sighting.outgoing || !solicited_ || !prefixes) return false;
    bool news = false;
    for (const AdvertisedPrefix& prefix : *prefixes) {
        const bool preferred = prefix.preferred_s > 0;
        news = known_.emplace(prefix.prefix, preferred).second || news;
        if (preferred && !advertised_ && anchor_of(prefix.prefix.address()) == to_) {
            advertised_ = sighting.at;
        }
    }
    return news;
}

bool MoveClock::see_arrival(const Sighting& sighting) {
    if (!solicited_ || old_prefix_ || sighting.at < *solicited_) return false;
    old_prefix_ = sighting.at;
    return true;
}

std::optional<Duration> MoveClock::to_advert() const {
    return between(solicited_, advertised_);
}

std::optional<Duration> MoveClock::to_old_prefix() const {
    return between(solicited_, old_prefix_);
}

}  // namespace dmm::demo
