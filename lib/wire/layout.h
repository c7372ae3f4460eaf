// The octets of a message before its checksum is known.
#pragma once

#include <optional>

#include "lib/base/bytes.h"
#include "lib/wire/message.h"

namespace dmm::wire {

enum class Packing : std::uint8_t {
    Aligned,  // canonical: every option at its alignment
    Tight,    // no padding but the last: as short as any sender can make the message
};

// nullopt if the message has no form on the wire.
[[nodiscard]] std::optional<Bytes> lay_out(const Message& message, Packing packing);

}  // namespace dmm::wire
