// The prefixes of one MAAR: /64s out of its own pool (RFC 8885 section 3: each MAAR has a
// set of prefixes that no other gives out).
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "lib/base/ip.h"

namespace dmm::core {

class PrefixPool {
public:
    // `pool` is at most 64 bits long.
    explicit PrefixPool(const Prefix& pool);

    // A /64 that is not in use, going round the pool so that a prefix rests as long as
    // possible before it is given out again. nullopt when all are in use.
    [[nodiscard]] std::optional<Prefix> allocate();
    // This /64, unless it is in use or not of the pool.
    [[nodiscard]] bool take(const Prefix& prefix);
    void release(const Prefix& prefix);

    // The run-th run of this MAAR begins elsewhere in the pool than those before it: nodes still
    // use what they gave out.
    void begin_run(std::uint32_t run);

    [[nodiscard]] std::size_t in_use() const { return used_.size(); }

private:
    [[nodiscard]] Prefix at(std::uint64_t index) const;

    Prefix pool_;
    std::uint64_t last_index_;
    std::uint64_t next_ = 0;
    std::set<Prefix> used_;
};

}  // namespace dmm::core
