// The wishes of all nodes, merged: what the kernel shall hold. An object lives as long as one
// node wishes for it. Changing one node's wish costs O(its objects x log n).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lib/kernel/objects.h"
#include "lib/model/mobile_node.h"

namespace dmm::kernel {

class Desired {
public:
    // An object that no node has to wish for, now or any more.
    void keep(const Object& object);
    // Whether it is kept in this form.
    [[nodiscard]] bool keeps(const Object& object) const;

    // Takes `wish` as all that `mn` wishes for; an empty one forgets the node. Returns the
    // identities of its old and its new objects, each once.
    std::vector<Identity> set(const MnId& mn, KernelState wish);

    [[nodiscard]] const KernelState& state() const { return state_; }

    // Two nodes may wish for one identity in different forms only through a fault of a peer
    // (two DLIFs whose link-layer addresses differ in the first octet alone). Who came first
    // keeps it; the other's object is returned here with the holder.
    struct Contest {
        Object object;
        MnId holder;
    };

    [[nodiscard]] std::optional<Contest> contest(const MnId& mn) const;

private:
    struct Claim {
        MnId holder;  // whose form of the object counts
        std::set<MnId> others;
    };

    void claim(const MnId& mn, const Identity& identity, const Object& object);
    void disclaim(const MnId& mn, const Identity& identity);

    KernelState state_;
    KernelState kept_;
    std::map<MnId, KernelState> wishes_;
    std::map<Identity, Claim> claims_;
    std::size_t shared_ = 0;  // claims of several nodes
};

}  // namespace dmm::kernel
