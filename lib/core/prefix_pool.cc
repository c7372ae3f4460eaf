#include "lib/core/prefix_pool.h"

#include "lib/base/assert.h"

namespace dmm::core {

PrefixPool::PrefixPool(const Prefix& pool)
    : pool_(pool),
      last_index_(pool.length() == 0 ? ~std::uint64_t{0}
                                     : (std::uint64_t{1} << (64 - pool.length())) - 1) {
    DMM_ASSERT(pool.length() <= 64);
    // The all-zero subnet is legal, but people expect the first node in number 1.
    if (last_index_ > 0) next_ = 1;
}

Prefix PrefixPool::at(std::uint64_t index) const {
    auto octets = pool_.address().octets();
    for (std::size_t i = 0; i < 8; ++i) {
        octets[i] = static_cast<std::uint8_t>(octets[i] | (index >> (56 - 8 * i) & 0xffU));
    }
    return {Ip6Address(octets), 64};
}

std::optional<Prefix> PrefixPool::allocate() {
    // At most one more look than there are prefixes in use: one of those is free.
    for (std::size_t looked = 0; looked <= used_.size() && looked <= last_index_; ++looked) {
        const Prefix candidate = at(next_);
        next_ = next_ == last_index_ ? 0 : next_ + 1;
        if (used_.insert(candidate).second) return candidate;
    }
    return std::nullopt;
}

bool PrefixPool::take(const Prefix& prefix) {
    if (prefix.length() != 64 || !pool_.contains(prefix)) return false;
    return used_.insert(prefix).second;
}

void PrefixPool::begin_run(std::uint32_t run) {
    // The golden ratio's fraction spreads any row of numbers evenly.
    constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15;
    if (last_index_ == 0) return;
    const std::uint64_t place = (std::uint64_t{run} - 1) * kStride;
    next_ = (next_ + (place >> pool_.length())) & last_index_;
}

void PrefixPool::release(const Prefix& prefix) {
    used_.erase(prefix);
}

}  // namespace dmm::core
