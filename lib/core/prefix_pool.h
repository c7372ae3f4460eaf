// The prefixes of one MAAR: /64s out of its own pool (RFC 8885 section 3: each MAAR has a
// set of prefixes that no other gives out).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/model/mobile_node.h"

namespace dmm::core {

class PrefixPool {
public:
    // `pool` is at most 64 bits long. A released prefix rests for `quarantine`: hosts keep
    // addresses for two hours even if they are told that these have ended (RFC 4862 section
    // 5.5.3 e), and another node's packets must not reach them.
    PrefixPool(const Prefix& pool, Duration quarantine);

    // The /64 that this node had last, if it still rests; else one that is neither in use nor
    // resting, going round the pool. nullopt when there is none.
    [[nodiscard]] std::optional<Prefix> allocate(SteadyTime now, const MnId& mn);
    // This /64, unless it is in use, rests, or is not of the pool.
    [[nodiscard]] bool take(SteadyTime now, const Prefix& prefix);
    // `mn` had it; without one, nobody is given it while it rests.
    void release(SteadyTime now, const Prefix& prefix, const std::optional<MnId>& mn);

    // The run-th run of this MAAR begins elsewhere in the pool than those before it: nodes still
    // use what they gave out.
    void begin_run(std::uint32_t run);

    // From now on /64s are given out of `pool` alone. What was given out of another stays in use
    // until it is released; what rests, rests no longer than `quarantine` from now.
    void reconfigure(SteadyTime now, const Prefix& pool, Duration quarantine);

    // It is, or was before a reconfiguration, ours to give.
    [[nodiscard]] bool is_own(const Prefix& prefix) const;

    [[nodiscard]] std::size_t in_use() const { return used_.size(); }

    [[nodiscard]] std::size_t resting() const { return resting_.size(); }

private:
    struct Rest {
        SteadyTime until;
        std::optional<MnId> mn;
    };

    struct End {
        SteadyTime at;
        Prefix prefix;
    };

    [[nodiscard]] Prefix at(std::uint64_t index) const;
    [[nodiscard]] std::optional<Prefix> take_own(const MnId& mn);
    void end_rest(const Prefix& prefix);
    void end_rests(SteadyTime now);
    void end_first();

    void set_pool(const Prefix& pool);

    Prefix pool_;
    std::vector<Prefix> former_;  // pools of which something is in use or rests
    std::optional<std::uint32_t> run_;
    Duration quarantine_;
    std::uint64_t last_index_ = 0;
    std::uint64_t next_ = 0;
    std::set<Prefix> used_;
    std::map<Prefix, Rest> resting_;
    std::map<MnId, Prefix> last_of_;  // of nodes whose last prefix rests
    std::deque<End> ends_;            // in their order; of those that were taken back, too
};

}  // namespace dmm::core
