// When something was asked that somebody will answer. A table of fixed size: when many wait at the
// same time some are not remembered, and nothing is ever remembered wrongly, since an entry is
// found by all 64 bits of its key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/model/mobile_node.h"

namespace dmm::agent {

// Of what is asked of or by `peer` with this number; `kind` tells numbers of different sorts apart.
[[nodiscard]] std::uint64_t pending_key(const Ip6Address& peer,
                                        std::uint32_t number,
                                        std::uint32_t kind);
[[nodiscard]] std::uint64_t pending_key(const MnId& mn);

// Entries of type T, each with a key and a time. `size` is a power of two, 2 at least.
template <typename T>
class PendingTable {
public:
    // What was never answered makes room after so long.
    static constexpr Duration kForget = std::chrono::minutes(1);

    explicit PendingTable(std::size_t size) : entries_(size) {}

    // Replaces what has the same key. nullptr when there is no room.
    T* put(std::uint64_t key, SteadyTime at, const T& value) {
        Entry* room = nullptr;
        for (const std::size_t way : {0U, 1U}) {
            Entry& entry = entry_of(key, way);
            if (entry.used && entry.key == key) {
                room = &entry;
                break;
            }
            if (room == nullptr && (!entry.used || at - entry.at > kForget)) room = &entry;
        }
        if (room == nullptr) return nullptr;
        *room = {.used = true, .key = key, .at = at, .value = value};
        return &room->value;
    }

    // nullptr when there is none.
    [[nodiscard]] T* find(std::uint64_t key) {
        for (const std::size_t way : {0U, 1U}) {
            Entry& entry = entry_of(key, way);
            if (entry.used && entry.key == key) return &entry.value;
        }
        return nullptr;
    }

    std::optional<T> take(std::uint64_t key) {
        for (const std::size_t way : {0U, 1U}) {
            Entry& entry = entry_of(key, way);
            if (!entry.used || entry.key != key) continue;
            entry.used = false;
            return entry.value;
        }
        return std::nullopt;
    }

private:
    struct Entry {
        bool used = false;
        std::uint64_t key = 0;
        SteadyTime at;
        T value{};
    };

    [[nodiscard]] Entry& entry_of(std::uint64_t key, std::size_t way) {
        return entries_[(key & (entries_.size() - 1)) ^ way];
    }

    std::vector<Entry> entries_;
};

}  // namespace dmm::agent
