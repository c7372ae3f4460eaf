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
        if (entries_.empty()) return std::nullopt;
        for (std::size_t i = home(key); entries_[i].slot != kFree; i = next(i)) {
            const Entry& entry = entries_[i];
            if (entry.key == key && accepts(Slot{entry.slot})) return Slot{entry.slot};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Slot> find(const Key& key) const {
        return find(key, [](Slot /*slot*/) { return true; });
    }

    // Has the processor fetch what find() will look at. Of a million entries none is near.
    void fetch(const Key& key) const {
        if (!entries_.empty()) __builtin_prefetch(&entries_[home(key)]);
    }

    void insert(const Key& key, Slot slot) {
        if (5 * (size_ + 1) > 4 * entries_.size()) grow();
        place({.key = key, .slot = slot.value});
        ++size_;
    }

    // False if there is no such entry.
    bool erase(const Key& key, Slot slot) {
        if (entries_.empty()) return false;
        std::size_t hole = home(key);
        while (entries_[hole].slot != slot.value || entries_[hole].key != key) {
            if (entries_[hole].slot == kFree) return false;
            hole = next(hole);
        }
        --size_;
        close(hole);
        return true;
    }

private:
    static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

    struct Entry {
        Key key{};
        std::uint32_t slot = kFree;
    };

    // The upper bits of the spread, so that the size need not be a power of two.
    [[nodiscard]] std::size_t home(const Key& key) const {
        return static_cast<std::size_t>(std::uint64_t{spread_(key)} * entries_.size() >> 32U);
    }

    [[nodiscard]] std::size_t next(std::size_t i) const {
        return i + 1 == entries_.size() ? 0 : i + 1;
    }

    void place(const Entry& entry) {
        std::size_t i = home(entry.key);
        while (entries_[i].slot != kFree)
            i = next(i);
        entries_[i] = entry;
    }

    // Entries that were displaced by the one that goes move up; a later one never stands before
    // its home.
    void close(std::size_t hole) {
        for (std::size_t i = next(hole); entries_[i].slot != kFree; i = next(i)) {
            const std::size_t size = entries_.size();
            const std::size_t from_home = (i + size - home(entries_[i].key)) % size;
            const std::size_t from_hole = (i + size - hole) % size;
            if (from_home < from_hole) continue;
            entries_[hole] = entries_[i];
            hole = i;
        }
        entries_[hole].slot = kFree;
    }

    // By a quarter: what is free costs memory too.
    void grow() {
        const std::size_t size = entries_.size() + entries_.size() / 4 + 16;
        DMM_ASSERT(size < kFree);
        const auto before = std::exchange(entries_, std::vector<Entry>(size));
        for (const Entry& entry : before) {
            if (entry.slot != kFree) place(entry);
        }
    }

    Spread spread_;
    std::vector<Entry> entries_;
    std::size_t size_ = 0;
};

}  // namespace dmm::core
