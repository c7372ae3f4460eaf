// The deadlines of a CMD's sessions: what Deadlines is, for a million of them, in twenty octets
// each. A heap of four children each: they lie side by side, so that a deadline which moves visits
// half as many lines of memory as with two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/serial.h"

namespace dmm::core {

class DeadlineHeap {
public:
    // Replaces the session's deadline; nullopt removes it. No two serials with a deadline may
    // have the same slot.
    void set(Serial serial, std::optional<SteadyTime> at);

    // What set() will need is on its way.
    void fetch(Serial serial) const {
        const Slot slot = slot_of(serial);
        if (slot.value < places_.size()) __builtin_prefetch(&places_[slot.value]);
    }

    [[nodiscard]] std::optional<SteadyTime> next() const;
    // Removes and returns every session whose deadline is not after `now`, in their order.
    [[nodiscard]] std::vector<Serial> take_due(SteadyTime now);

private:
    struct Entry {
        SteadyTime at;
        Serial serial;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };

    void put(std::size_t index, const Entry& entry);
    // Puts the entry where it belongs, from the free place `index` on.
    void rise(std::size_t index, const Entry& entry);
    void sink(std::size_t index, const Entry& entry);
    void remove(std::size_t index);

    std::vector<Entry> heap_;
    std::vector<std::uint32_t> places_;  // by slot: 1 + the index in the heap, 0 for none
};

}  // namespace dmm::core
