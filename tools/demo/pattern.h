// The content of a stream: every octet follows from its offset and the stream's salt, so
// that an octet that is lost, doubled, moved or changed is found at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dmm::demo {

// The finalizer of SplitMix64: neighbouring positions give unlike words.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

class Pattern {
public:
    constexpr explicit Pattern(std::uint64_t salt) : salt_(mixed(salt)) {}

    constexpr void fill(std::span<std::uint8_t> out, std::uint64_t offset) const {
        for (std::size_t i = 0; i < out.size();) {
            std::uint64_t word = word_at(offset + i);
            do {
                out[i++] = static_cast<std::uint8_t>(word);
                word >>= 8U;
            } while (i < out.size() && (offset + i) % 8 != 0);
        }
    }

    // The number of octets that are as they should be, from the first on.
    [[nodiscard]] constexpr std::size_t matching(std::span<const std::uint8_t> in,
                                                 std::uint64_t offset) const {
        for (std::size_t i = 0; i < in.size();) {
            std::uint64_t word = word_at(offset + i);
            do {
                if (in[i] != static_cast<std::uint8_t>(word)) return i;
                word >>= 8U;
                ++i;
            } while (i < in.size() && (offset + i) % 8 != 0);
        }
        return in.size();
    }

private:
    // The eight octets around `offset`, shifted so that its own comes first. Octets are
    // made by the word because the checking must not slow down what it checks.
    [[nodiscard]] constexpr std::uint64_t word_at(std::uint64_t offset) const {
        return mixed(salt_ + offset / 8) >> (offset % 8 * 8);
    }

    std::uint64_t salt_;
};

}  // namespace dmm::demo
