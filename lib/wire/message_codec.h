// The fixed part of each Mobility Header message, from octet 6 to its options. Whether the
// type is known and the message long enough is judged before, options come after.
#pragma once

#include <cstdint>

#include "lib/base/bytes.h"
#include "lib/wire/message.h"

namespace dmm::wire {

// `in` stands behind the checksum and is left at the options. A type that has no value of
// its own takes everything that is left as OtherMessage.
[[nodiscard]] Message read_fixed_part(std::uint8_t type, Reader& in);

// Appends what stands between the checksum and the options; reserved fields are zero.
void write_fixed_part(const Message& message, Writer& out);

}  // namespace dmm::wire
