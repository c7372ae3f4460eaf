// What a malformed message is answered with: RFC 6275 sections 9.2 and 9.3.3, RFC 4443
// sections 2.4 and 3.4. Pure.
#pragma once

#include <cstdint>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/wire/decode.h"

namespace dmm::agent {

// Whether anything from this address is heard or answered at all: RFC 6275 section 9.3.3,
// RFC 4443 section 2.4(e).
[[nodiscard]] bool is_possible_source(const Ip6Address& source);

// The reaction that is due to `message`, which decode() refused with `error`. Errors are not
// reported about a Binding Error, lest two nodes report to each other for ever.
[[nodiscard]] wire::Reaction reaction_due(ByteView message, const wire::DecodeError& error);

// An ICMPv6 Parameter Problem, code 0 (erroneous header field), about the octet at `offset`
// of a Mobility Header. It carries the offending packet, rebuilt because a raw socket
// delivers no IPv6 header, up to the minimum MTU. The checksum is left to the kernel.
[[nodiscard]] Bytes parameter_problem(ByteView message,
                                      const wire::Addresses& addresses,
                                      std::uint16_t offset);

}  // namespace dmm::agent
