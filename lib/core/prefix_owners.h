// Which node has which prefix, at the CMD: a prefix belongs to one node (RFC 5213 section
// 5.4.1, status 155). All are /64s, which is judged before; so equal is the only overlap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "lib/base/ip.h"
#include "lib/base/siphash.h"
#include "lib/core/slot_index.h"

namespace dmm::core {

// A node is named by its session's slot.
class PrefixOwners {
public:
    explicit PrefixOwners(const HashKey& key) : slots_(Spread{key}) {}

    // nullopt if nobody has it.
    [[nodiscard]] std::optional<Slot> owner(const Prefix& prefix) const;

    // What owner() will need is on its way.
    void fetch(const Prefix& prefix) const { slots_.fetch(network_of(prefix)); }

    // None of `prefixes` may belong to another node.
    template <typename Prefixes>
    void claim(const Prefixes& prefixes, Slot slot) {
        for (const Prefix& prefix : prefixes)
            claim_one(prefix, slot);
    }

    // Gives up those of `prefixes` that the node has.
    template <typename Prefixes>
    void release(const Prefixes& prefixes, Slot slot) {
        for (const Prefix& prefix : prefixes)
            release_one(prefix, slot);
    }

    [[nodiscard]] std::size_t size() const { return slots_.size(); }

private:
    // The upper half of the address. As octets, so that an entry needs no padding.
    using Network = std::array<std::uint8_t, 8>;

    struct Spread {
        HashKey key;
        [[nodiscard]] std::uint32_t operator()(const Network& network) const;
    };

    [[nodiscard]] static Network network_of(const Prefix& prefix);
    void claim_one(const Prefix& prefix, Slot slot);
    void release_one(const Prefix& prefix, Slot slot);

    SlotIndex<Network, Spread> slots_;
};

}  // namespace dmm::core
