#include "lib/core/prefix_owners.h"

#include <algorithm>

#include "lib/base/assert.h"

namespace dmm::core {
namespace {

constexpr unsigned kLength = 64;

}  // namespace

std::uint32_t PrefixOwners::Spread::operator()(const Network& network) const {
    return static_cast<std::uint32_t>(siphash(key, network));
}

PrefixOwners::Network PrefixOwners::network_of(const Prefix& prefix) {
    Network network{};
    std::copy_n(prefix.address().octets().begin(), network.size(), network.begin());
    return network;
}

std::optional<Slot> PrefixOwners::owner(const Prefix& prefix) const {
    if (prefix.length() != kLength) return std::nullopt;
    return slots_.find(network_of(prefix));
}

void PrefixOwners::claim_one(const Prefix& prefix, Slot slot) {
    DMM_ASSERT(prefix.length() == kLength);
    const auto known = owner(prefix);
    DMM_ASSERT(!known || *known == slot);
    if (!known) slots_.insert(network_of(prefix), slot);
}

void PrefixOwners::release_one(const Prefix& prefix, Slot slot) {
    if (prefix.length() == kLength) slots_.erase(network_of(prefix), slot);
}

}  // namespace dmm::core
