#include "lib/kernel/desired.h"

#include <utility>

namespace dmm::kernel {

void Desired::keep(const Object& object) {
    const Identity identity = identity_of(object);
    if (kept_.try_emplace(identity, object).second) state_.try_emplace(identity, object);
}

bool Desired::keeps(const Object& object) const {
    const auto kept = kept_.find(identity_of(object));
    return kept != kept_.end() && kept->second == object;
}

void Desired::claim(const MnId& mn, const Identity& identity, const Object& object) {
    const auto [at, fresh] = claims_.try_emplace(identity, Claim{.holder = mn, .others = {}});
    Claim& claim = at->second;
    if (claim.holder == mn) {
        state_.insert_or_assign(identity, object);
    } else if (claim.others.insert(mn).second && claim.others.size() == 1) {
        ++shared_;
    }
}

void Desired::disclaim(const MnId& mn, const Identity& identity) {
    const auto at = claims_.find(identity);
    if (at == claims_.end()) return;
    Claim& claim = at->second;
    if (claim.holder != mn) {
        if (claim.others.erase(mn) != 0 && claim.others.empty()) --shared_;
        return;
    }
    if (claim.others.empty()) {
        claims_.erase(at);
        const auto kept = kept_.find(identity);
        if (kept == kept_.end()) {
            state_.erase(identity);
        } else {
            state_.insert_or_assign(identity, kept->second);
        }
        return;
    }
    claim.holder = *claim.others.begin();
    claim.others.erase(claim.others.begin());
    if (claim.others.empty()) --shared_;
    state_.insert_or_assign(identity, wishes_.at(claim.holder).at(identity));
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
    if (shared_ == 0) return std::nullopt;
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
