// An MN-Identifier as a session keeps it: 24 octets for the usual ones, where a MnId takes 40 and,
// for an NAI, a piece of the heap.
#pragma once

#include <cstdint>
#include <string>

#include "lib/core/short_octets.h"
#include "lib/model/mobile_node.h"

namespace dmm::core {

class StoredMnId {
public:
    StoredMnId() = default;
    explicit StoredMnId(const MnId& mn);

    // A session's name is a MnId to everybody else.
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions)
    [[nodiscard]] operator MnId() const;

    [[nodiscard]] std::uint8_t subtype() const { return octets_.view().front(); }

    [[nodiscard]] ByteView identifier() const { return octets_.view().subspan(1); }

    [[nodiscard]] friend std::string to_text(const StoredMnId& mn) { return to_text(MnId(mn)); }

    [[nodiscard]] friend bool operator==(const StoredMnId& stored, const MnId& mn) {
        return stored.is(mn);
    }

    // The order of MnIds.
    [[nodiscard]] friend bool operator<(const StoredMnId& a, const StoredMnId& b) {
        return a.before(b);
    }

private:
    [[nodiscard]] bool is(const MnId& mn) const;
    [[nodiscard]] bool before(const StoredMnId& other) const;

    ShortOctets<24> octets_;  // the subtype, then the identifier
};

}  // namespace dmm::core
