#include "lib/core/prefix_pool.h"

#include <algorithm>
#include <ranges>

#include "lib/base/assert.h"
#include "lib/model/limits.h"

namespace dmm::core {

PrefixPool::PrefixPool(const Prefix& pool, Duration quarantine) : quarantine_(quarantine) {
    set_pool(pool);
}

void PrefixPool::set_pool(const Prefix& pool) {
    DMM_ASSERT(pool.length() <= 64);
    pool_ = pool;
    last_index_ =
        pool.length() == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (64 - pool.length())) - 1;
    // The all-zero subnet is legal, but people expect the first node in number 1.
    next_ = last_index_ > 0 ? 1 : 0;
}

void PrefixPool::reconfigure(SteadyTime now, const Prefix& pool, Duration quarantine) {
    quarantine_ = quarantine;
    // In their order still, since none ends later than the next that is released.
    for (auto& [prefix, rest] : resting_)
        rest.until = std::min(rest.until, now + quarantine);
    for (End& end : ends_)
        end.at = std::min(end.at, now + quarantine);
    end_rests(now);
    if (pool == pool_) return;
    former_.push_back(pool_);
    set_pool(pool);
    if (run_) begin_run(*run_);
    std::erase_if(former_, [&](const Prefix& former) {
        const auto of_it = [&](const Prefix& prefix) { return former.contains(prefix); };
        return former == pool_ || (std::ranges::none_of(used_, of_it) &&
                                   std::ranges::none_of(std::views::keys(resting_), of_it));
    });
}

bool PrefixPool::is_own(const Prefix& prefix) const {
    return pool_.contains(prefix) || std::ranges::any_of(former_, [&](const Prefix& former) {
               return former.contains(prefix);
           });
}

Prefix PrefixPool::at(std::uint64_t index) const {
    auto octets = pool_.address().octets();
    for (std::size_t i = 0; i < 8; ++i) {
        octets[i] = static_cast<std::uint8_t>(octets[i] | (index >> (56 - 8 * i) & 0xffU));
    }
    return {Ip6Address(octets), 64};
}

std::optional<Prefix> PrefixPool::allocate(SteadyTime now, const MnId& mn) {
    end_rests(now);
    if (const auto own = take_own(mn)) return own;
    // At most one more look than there are prefixes that cannot be given: one of those can.
    const std::size_t looks = used_.size() + resting_.size();
    for (std::size_t looked = 0; looked <= looks && looked <= last_index_; ++looked) {
        const Prefix candidate = at(next_);
        next_ = next_ == last_index_ ? 0 : next_ + 1;
        if (resting_.contains(candidate)) continue;
        if (used_.insert(candidate).second) return candidate;
    }
    return std::nullopt;
}

bool PrefixPool::take(SteadyTime now, const Prefix& prefix) {
    end_rests(now);
    if (prefix.length() != 64 || !pool_.contains(prefix) || resting_.contains(prefix)) return false;
    return used_.insert(prefix).second;
}

void PrefixPool::begin_run(std::uint32_t run) {
    // The golden ratio's fraction spreads any row of numbers evenly.
    constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15;
    run_ = run;
    if (last_index_ == 0) return;
    const std::uint64_t place = (std::uint64_t{run} - 1) * kStride;
    next_ = (next_ + (place >> pool_.length())) & last_index_;
}

std::optional<Prefix> PrefixPool::take_own(const MnId& mn) {
    const auto last = last_of_.find(mn);
    if (last == last_of_.end() || !pool_.contains(last->second)) return std::nullopt;
    const Prefix own = last->second;
    end_rest(own);
    used_.insert(own);
    return own;
}

void PrefixPool::release(SteadyTime now, const Prefix& prefix, const std::optional<MnId>& mn) {
    end_rests(now);
    if (used_.erase(prefix) == 0 || quarantine_ <= Duration{}) return;
    const SteadyTime until = now + quarantine_;
    resting_.insert_or_assign(prefix, Rest{.until = until, .mn = mn});
    if (mn) last_of_.insert_or_assign(*mn, prefix);
    ends_.push_back({.at = until, .prefix = prefix});
    while (ends_.size() > limits::kRestingPrefixes)
        end_first();
}

void PrefixPool::end_rest(const Prefix& prefix) {
    const auto rest = resting_.find(prefix);
    if (rest == resting_.end()) return;
    if (rest->second.mn) {
        const auto last = last_of_.find(*rest->second.mn);
        if (last != last_of_.end() && last->second == prefix) last_of_.erase(last);
    }
    resting_.erase(rest);
}

void PrefixPool::end_rests(SteadyTime now) {
    while (!ends_.empty() && ends_.front().at <= now)
        end_first();
}

void PrefixPool::end_first() {
    const End end = ends_.front();
    ends_.pop_front();
    // Taken back and released anew, it rests longer than this says.
    const auto rest = resting_.find(end.prefix);
    if (rest != resting_.end() && rest->second.until <= end.at) end_rest(end.prefix);
}

}  // namespace dmm::core
