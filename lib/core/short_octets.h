// A string of up to 255 octets that keeps a short one within itself: `Size` octets in all, one of
// them the length.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "lib/base/assert.h"
#include "lib/base/bytes.h"

namespace dmm::core {

template <std::size_t Size>
class ShortOctets {
public:
    ShortOctets() = default;

    explicit ShortOctets(ByteView octets) {
        std::copy(octets.begin(), octets.end(), resize(octets.size()));
    }

    ShortOctets(const ShortOctets&) = delete;
    ShortOctets& operator=(const ShortOctets&) = delete;

    ShortOctets(ShortOctets&& other) noexcept
        : within_(other.within_), size_(std::exchange(other.size_, std::uint8_t{0})) {}

    ShortOctets& operator=(ShortOctets&& other) noexcept {
        std::swap(within_, other.within_);
        std::swap(size_, other.size_);
        return *this;
    }

    ~ShortOctets() {
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the owner is `within_`.
        if (size_ > kWithin) delete[] elsewhere();
    }

    [[nodiscard]] ByteView view() const {
        return {size_ > kWithin ? elsewhere() : within_.data(), size_};
    }

    // Makes room for so many octets, whose content is open, in place of what was there.
    std::uint8_t* resize(std::size_t size) {
        DMM_ASSERT(size <= 255);
        *this = ShortOctets(static_cast<std::uint8_t>(size));
        return size_ > kWithin ? elsewhere() : within_.data();
    }

private:
    static constexpr std::size_t kWithin = Size - 1;
    static_assert(kWithin >= sizeof(std::uint8_t*));

    explicit ShortOctets(std::uint8_t size) : size_(size) {
        if (size_ <= kWithin) return;
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): see the destructor.
        auto* octets = new std::uint8_t[size_];
        std::memcpy(within_.data(), static_cast<const void*>(&octets), sizeof octets);
    }

    // As octets, so that nothing has to be aligned.
    [[nodiscard]] std::uint8_t* elsewhere() const {
        std::uint8_t* octets = nullptr;
        std::memcpy(static_cast<void*>(&octets), within_.data(), sizeof octets);
        return octets;
    }

    std::array<std::uint8_t, kWithin> within_{};
    std::uint8_t size_ = 0;
};

}  // namespace dmm::core
