#include "lib/core/prefix_list.h"

#include <algorithm>

namespace dmm::core {

PrefixList::PrefixList(const std::vector<Prefix>& prefixes) {
    if (prefixes.empty()) return;
    if (prefixes.size() == 1 && prefixes[0].length() == 64) {
        std::copy_n(prefixes[0].address().octets().begin(), only_.size(), only_.begin());
        if (only_ != Network{}) return;
    }
    many_ = prefixes;
}

std::size_t PrefixList::size() const {
    if (many_) return many_->size();
    return only_ == Network{} ? 0 : 1;
}

Prefix PrefixList::operator[](std::size_t index) const {
    if (many_) return (*many_)[index];
    std::array<std::uint8_t, 16> octets{};
    std::copy(only_.begin(), only_.end(), octets.begin());
    return {Ip6Address(octets), 64};
}

bool operator==(const PrefixList& list, const std::vector<Prefix>& prefixes) {
    return list.size() == prefixes.size() &&
           std::equal(prefixes.begin(), prefixes.end(), list.begin());
}

}  // namespace dmm::core
