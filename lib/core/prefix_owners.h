// Which node has which prefix, at the CMD: a prefix belongs to one node (RFC 5213 section
// 5.4.1, status 155). All are /64s, which is judged before; so equal is the only overlap.
#pragma once

#include <map>
#include <vector>

#include "lib/base/ip.h"
#include "lib/model/mobile_node.h"

namespace dmm::core {

class PrefixOwners {
public:
    // nullptr if nobody has it.
    [[nodiscard]] const MnId* owner(const Prefix& prefix) const;
    // None of `prefixes` may belong to another node.
    void claim(const std::vector<Prefix>& prefixes, const MnId& mn);
    // Gives up those of `prefixes` that `mn` has.
    void release(const std::vector<Prefix>& prefixes, const MnId& mn);

    [[nodiscard]] const std::map<Prefix, MnId>& all() const { return owners_; }

private:
    std::map<Prefix, MnId> owners_;
};

}  // namespace dmm::core
