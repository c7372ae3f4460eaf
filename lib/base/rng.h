// SplitMix64: deterministic randomness from an explicit seed, the only kind that the
// engines know. Not for secrets.
#pragma once

#include <cstdint>

#include "lib/base/strong.h"

namespace dmm {

using Seed = Strong<struct SeedTag, std::uint64_t>;

class Rng {
public:
    explicit Rng(Seed seed) : state_(seed.value) {}

    [[nodiscard]] std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }

    // Uniform enough for protocol jitter: [0, bound), 0 when bound is 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        return bound == 0 ? 0 : next() % bound;
    }

private:
    std::uint64_t state_;
};

}  // namespace dmm
