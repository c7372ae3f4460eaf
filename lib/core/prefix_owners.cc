#include "lib/core/prefix_owners.h"

#include "lib/base/assert.h"

namespace dmm::core {

const MnId* PrefixOwners::owner(const Prefix& prefix) const {
    const auto it = owners_.find(prefix);
    return it == owners_.end() ? nullptr : &it->second;
}

void PrefixOwners::claim(const std::vector<Prefix>& prefixes, const MnId& mn) {
    for (const Prefix& prefix : prefixes) {
        const auto [it, fresh] = owners_.try_emplace(prefix, mn);
        DMM_ASSERT(fresh || it->second == mn);
    }
}

void PrefixOwners::release(const std::vector<Prefix>& prefixes, const MnId& mn) {
    for (const Prefix& prefix : prefixes) {
        const auto it = owners_.find(prefix);
        if (it != owners_.end() && it->second == mn) owners_.erase(it);
    }
}

}  // namespace dmm::core
