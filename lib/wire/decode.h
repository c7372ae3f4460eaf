// Octets to values. Everything is judged before anything is returned: a message is either
// whole and well-formed or it is a DecodeError that names the fault and its place.
// RFC 6275 sections 6.1.1, 6.2 and 9.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/wire/message.h"

namespace dmm::wire {

// Addresses on the wire: the pseudo-header of the checksum.
struct Addresses {
    Ip6Address source;
    Ip6Address destination;
    friend auto operator<=>(const Addresses&, const Addresses&) = default;
};

// Why a message was refused, in the order of the checks.
enum class Fault : std::uint8_t {
    TooShort,          // less than 8 octets
    NotMultipleOf8,    // length is no multiple of 8
    LengthBeyondData,  // Header Len says more than was received
    TrailingData,      // Header Len says less than was received
    BadChecksum,
    UnknownType,            // answer with a Binding Error, status 2
    BadPayloadProto,        // ICMPv6 Parameter Problem at Payload Proto
    HeaderTooShort,         // Header Len below the type's minimum; ICMPv6 Parameter Problem
    OptionTruncated,        // no Length octet, or the option runs past the end
    OptionBadLength,        // a known option with a Length it cannot have
    OptionBadPrefixLength,  // above 128
    OptionRepeated,         // an option that may occur once occurs twice
};

enum class Reaction : std::uint8_t { Silent, BindingError, ParameterProblem };

struct DecodeError {
    Fault fault = Fault::TooShort;
    std::uint16_t offset = 0;  // from the start of the Mobility Header
    std::uint8_t option = 0;   // the option's type where an option is at fault, else 0
    friend auto operator<=>(const DecodeError&, const DecodeError&) = default;
};

// RFC 6275 section 9.2: what the receiver does besides discarding. The ICMPv6 pointer is
// 40 + error.offset.
[[nodiscard]] Reaction reaction_to(Fault fault);
// "option_truncated" and the like: stable names for counters and JSON.
[[nodiscard]] std::string_view name_of(Fault fault);
// One sentence for a person.
[[nodiscard]] std::string to_text(const DecodeError& error);

// The fixed part of the Mobility Header as it stood on the wire.
struct Header {
    std::uint8_t payload_proto = 59;
    std::uint8_t header_len = 0;
    std::uint8_t type = 0;
    std::uint8_t reserved = 0;
    std::uint16_t checksum = 0;
    std::uint16_t checksum_correct = 0;
    friend auto operator<=>(const Header&, const Header&) = default;
};

// One option or one piece of padding where it stood.
struct Placed {
    std::uint16_t offset = 0;  // of the Type octet, from the start of the Mobility Header
    std::uint8_t type = 0;     // 0 Pad1, 1 PadN
    std::uint16_t total = 0;   // octets, Type and Length included
    std::size_t option = 0;    // index into the message's options; unused for padding
    friend auto operator<=>(const Placed&, const Placed&) = default;
};

struct Decoded {
    Header header;
    Message message;
    std::vector<Placed> layout;  // in the order of the wire, padding included
};

enum class Checksum : std::uint8_t {
    Verify,
    AlreadyVerified,  // by the kernel's raw socket
};

[[nodiscard]] std::expected<Decoded, DecodeError> decode(ByteView bytes,
                                                         const Addresses& addresses,
                                                         Checksum checksum = Checksum::Verify);

}  // namespace dmm::wire
