// How an engine numbers its sessions.
#pragma once

#include <cstdint>

#include "lib/base/strong.h"
#include "lib/model/limits.h"

namespace dmm::core {

// A session's number within its engine; never used twice. Equal deadlines come due in the
// order of these numbers, which keeps runs repeatable.
using Serial = Strong<struct SerialTag, std::uint64_t>;

// Where a CMD keeps a session; the place is taken again when the session has gone. The low bits
// of a CMD's serials say it, so that a session is found by its number without a search.
using Slot = Strong<struct SlotTag, std::uint32_t>;

inline constexpr unsigned kSlotBits = 20;
static_assert(limits::kCmdSessions <= std::size_t{1} << kSlotBits);

[[nodiscard]] constexpr Slot slot_of(Serial serial) {
    return {static_cast<std::uint32_t>(serial.value & ((std::uint64_t{1} << kSlotBits) - 1))};
}

// `count`: how many sessions there have been, this one included. 44 bits of them last for five
// years at a hundred thousand new nodes each second.
[[nodiscard]] constexpr Serial serial_of(std::uint64_t count, Slot slot) {
    return {count << kSlotBits | slot.value};
}

}  // namespace dmm::core
