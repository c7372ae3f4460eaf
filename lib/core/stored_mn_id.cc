#include "lib/core/stored_mn_id.h"

#include <algorithm>
#include <cstring>

namespace dmm::core {

StoredMnId::StoredMnId(const MnId& mn) {
    std::uint8_t* octets = octets_.resize(1 + mn.identifier.size());
    octets[0] = mn.subtype;
    std::memcpy(octets + 1, mn.identifier.data(), mn.identifier.size());
}

StoredMnId::operator MnId() const {
    const ByteView name = identifier();
    return {.subtype = subtype(), .identifier = std::string(name.begin(), name.end())};
}

bool StoredMnId::is(const MnId& mn) const {
    const ByteView octets = octets_.view();
    return octets.size() == 1 + mn.identifier.size() && octets[0] == mn.subtype &&
           std::memcmp(octets.data() + 1, mn.identifier.data(), mn.identifier.size()) == 0;
}

bool StoredMnId::before(const StoredMnId& other) const {
    const ByteView a = octets_.view();
    const ByteView b = other.octets_.view();
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace dmm::core
