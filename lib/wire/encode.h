// Values to octets, in canonical form: before each option the least padding for its
// alignment, at the end padding to a multiple of 8; one octet is Pad1, more are one PadN.
#pragma once

#include "lib/base/bytes.h"
#include "lib/wire/decode.h"
#include "lib/wire/message.h"

namespace dmm::wire {

// Whether `message` has a form on the wire: at most 2048 octets, every option with a Length
// that its kind may have, no RawOption of a padding type. What decode() returned has one,
// unless the padding of the canonical form makes it too long.
[[nodiscard]] bool can_be_carried(const Message& message);

// The checksum is filled in for `addresses`. A message that cannot be carried is a
// programmer's error: the engines' limits exclude it.
[[nodiscard]] Bytes encode(const Message& message, const Addresses& addresses);

// RFC 6275 section 6.1.1, over `bytes` with the checksum field taken as zero.
[[nodiscard]] std::uint16_t mobility_checksum(ByteView bytes, const Addresses& addresses);

// The Internet checksum with the IPv6 pseudo-header; shared by ND.
[[nodiscard]] std::uint16_t pseudo_header_checksum(ByteView bytes,
                                                   const Addresses& addresses,
                                                   std::uint8_t next_header);

}  // namespace dmm::wire
