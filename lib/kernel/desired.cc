#include "lib/kernel/desired.h"

#include <utility>

namespace dmm::kernel {

void Desired::keep(const Object& object) {
    Identity identity = identity_of(object);
    state_.try_emplace(identity, object);
    kept_.insert(std::move(identity));
}

void Desired::claim(const MnId& mn, const Identity& identity, const Object& object) {
    const auto [at, fresh] = claims_.try_emplace(identity, Claim{.holder = mn, .all = {}});
    at->second.all.insert(mn);
    if (at->second.holder == mn) state_.insert_or_assign(identity, object);
}

void Desired::disclaim(const MnId& mn, const Identity& identity) {
    const auto at = claims_.find(identity);
    if (at == claims_.end()) return;
    Claim& claim = at->second;
    claim.all.erase(mn);
    if (claim.all.empty()) {
        claims_.erase(at);
        if (!kept_.contains(identity)) state_.erase(identity);
    } else if (claim.holder == mn) {
        claim.holder = *claim.all.begin();
        state_.insert_or_assign(identity, wishes_.at(claim.holder).at(identity));
    }
}

std::vector<Identity> Desired::set(const MnId& mn, KernelState wish) {
    std::vector<Identity> touched;
    const auto old = wishes_.find(mn);
    if (old != wishes_.end()) {
        for (const auto& [identity, object] : old->second) {
            touched.push_back(identity);
            if (!wish.contains(identity)) disclaim(mn, identity);
        }
    }
    for (const auto& [identity, object] : wish) {
        claim(mn, identity, object);
        if (old == wishes_.end() || !old->second.contains(identity)) touched.push_back(identity);
    }
    if (!wish.empty()) {
        wishes_.insert_or_assign(mn, std::move(wish));
    } else if (old != wishes_.end()) {
        wishes_.erase(old);
    }
    return touched;
}

std::optional<Desired::Contest> Desired::contest(const MnId& mn) const {
    const auto wish = wishes_.find(mn);
    if (wish == wishes_.end()) return std::nullopt;
    for (const auto& [identity, object] : wish->second) {
        const Claim& claim = claims_.at(identity);
        if (claim.holder != mn && state_.at(identity) != object) {
            return Contest{.object = object, .holder = claim.holder};
        }
    }
    return std::nullopt;
}

}  // namespace dmm::kernel
