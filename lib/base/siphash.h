// SipHash-2-4 (Aumasson and Bernstein, 2012): a hash with a key, for tables whose entries others
// choose. Who does not know the key cannot choose entries that collide.
#pragma once

#include <cstdint>

#include "lib/base/bytes.h"

namespace dmm {

struct HashKey {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

[[nodiscard]] std::uint64_t siphash(const HashKey& key, ByteView message);

}  // namespace dmm
