// Finds slots by a key: open addressing with linear probing, eight to twelve octets of memory for
// an entry where a tree node takes a hundred. Nothing here has an order that could be seen from
// outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/assert.h"
#include "lib/core/serial.h"

namespace dmm::core {

// `Spread` makes 32 bits out of a key that who chose it cannot foresee. One key may have several
// slots, and one slot several keys.
template <typename Key, typename Spread>
class SlotIndex {
public:
    explicit SlotIndex(Spread spread) : spread_(std::move(spread)) {}

    [[nodiscard]] std::size_t size() const { return size_; }

    // A slot of that key which `accepts` takes.
    template <typename Accepts>
    [[nodiscard]] std::optional<Slot> find(const Key& key, const Accepts& accepts) const {
        if (slots_.empty()) return std::nullopt;
        for (std::size_t i = home(key); slots_[i] != kFree; i = next(i)) {
            if (keys_[i] == key && accepts(Slot{slots_[i]})) return Slot{slots_[i]};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Slot> find(const Key& key) const {
        return find(key, [](Slot /*slot*/) { return true; });
    }

    void insert(const Key& key, Slot slot) {
        if (5 * (size_ + 1) > 4 * slots_.size()) grow();
        place(key, slot.value);
        ++size_;
    }

    // False if there is no such entry.
    bool erase(const Key& key, Slot slot) {
        if (slots_.empty()) return false;
        std::size_t hole = home(key);
        while (slots_[hole] != slot.value || keys_[hole] != key) {
            if (slots_[hole] == kFree) return false;
            hole = next(hole);
        }
        --size_;
        close(hole);
        return true;
    }

private:
    static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

    // The upper bits of the spread, so that the size need not be a power of two.
    [[nodiscard]] std::size_t home(const Key& key) const {
        return static_cast<std::size_t>(std::uint64_t{spread_(key)} * slots_.size() >> 32U);
    }

    [[nodiscard]] std::size_t next(std::size_t i) const {
        return i + 1 == slots_.size() ? 0 : i + 1;
    }

    void place(const Key& key, std::uint32_t slot) {
        std::size_t i = home(key);
        while (slots_[i] != kFree)
            i = next(i);
        keys_[i] = key;
        slots_[i] = slot;
    }

    // Entries that were displaced by the one that goes move up; a later one never stands before
    // its home.
    void close(std::size_t hole) {
        for (std::size_t i = next(hole); slots_[i] != kFree; i = next(i)) {
            const std::size_t size = slots_.size();
            const std::size_t from_home = (i + size - home(keys_[i])) % size;
            const std::size_t from_hole = (i + size - hole) % size;
            if (from_home < from_hole) continue;
            keys_[hole] = keys_[i];
            slots_[hole] = slots_[i];
            hole = i;
        }
        slots_[hole] = kFree;
    }

    // By a quarter: what is free costs memory too.
    void grow() {
        const std::size_t size = slots_.size() + slots_.size() / 4 + 16;
        DMM_ASSERT(size < kFree);
        const auto keys = std::exchange(keys_, std::vector<Key>(size));
        const auto slots = std::exchange(slots_, std::vector<std::uint32_t>(size, kFree));
        for (std::size_t i = 0; i < slots.size(); ++i) {
            if (slots[i] != kFree) place(keys[i], slots[i]);
        }
    }

    Spread spread_;
    std::vector<Key> keys_;
    std::vector<std::uint32_t> slots_;
    std::size_t size_ = 0;
};

}  // namespace dmm::core
