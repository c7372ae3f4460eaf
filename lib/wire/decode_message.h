// Octets to a message, without where each option stood: for who acts on it and does not show it.
#pragma once

#include <expected>

#include "lib/wire/decode.h"

namespace dmm::wire {

// The same judgement as that of decode(), and the same errors.
[[nodiscard]] std::expected<Message, DecodeError> decode_message(
    ByteView bytes, const Addresses& addresses, Checksum checksum = Checksum::Verify);

}  // namespace dmm::wire
