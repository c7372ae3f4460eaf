#include "lib/wire/decode.h"

#include <bitset>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "lib/wire/decode_message.h"
#include "lib/wire/encode.h"
#include "lib/wire/message_codec.h"
#include "lib/wire/message_table.h"
#include "lib/wire/option_codec.h"
#include "lib/wire/option_table.h"

namespace dmm::wire {
namespace {

constexpr std::uint8_t kNoNextHeader = 59;

using Problem = std::optional<DecodeError>;

DecodeError error_at(Fault fault, std::size_t offset, std::uint8_t option = 0) {
    return {.fault = fault, .offset = static_cast<std::uint16_t>(offset), .option = option};
}

// Whether Header Len cannot be true for a message of this type.
bool is_below_minimum(std::uint8_t header_len, std::uint8_t type) {
    const MhRule* rule = mh_rule_of(type);
    return rule != nullptr && header_len < rule->min_header_len;
}

// RFC 6275 section 6.1.1: what must hold before anything else can be read. A Header Len that
// its type forbids is left to check_header(): it leaves octets over too, but RFC 6275 section
// 9.2 wants it answered.
Problem check_frame(ByteView bytes) {
    if (bytes.size() < 8) return error_at(Fault::TooShort, 0);
    if (bytes.size() % 8 != 0) return error_at(Fault::NotMultipleOf8, 0);
    const std::size_t stated = (std::size_t{bytes[1]} + 1) * 8;
    if (stated > bytes.size()) return error_at(Fault::LengthBeyondData, 1);
    if (stated < bytes.size() && !is_below_minimum(bytes[1], bytes[2])) {
        return error_at(Fault::TrailingData, 1);
    }
    return std::nullopt;
}

Header read_header(Reader& in) {
    Header header;
    header.payload_proto = in.u8();
    header.header_len = in.u8();
    header.type = in.u8();
    header.reserved = in.u8();
    header.checksum = in.u16();
    return header;
}

// RFC 6275 section 9.2, in its order: the answer to an unknown type is a Binding Error even
// if Payload Proto is wrong as well.
Problem check_header(const Header& header) {
    if (header.checksum != header.checksum_correct) return error_at(Fault::BadChecksum, 4);
    if (mh_rule_of(header.type) == nullptr) return error_at(Fault::UnknownType, 2);
    if (header.payload_proto != kNoNextHeader) return error_at(Fault::BadPayloadProto, 0);
    if (is_below_minimum(header.header_len, header.type)) {
        return error_at(Fault::HeaderTooShort, 1);
    }
    return std::nullopt;
}

// RFC 5213 sections 8.1 and 8.2 forbid repetition in a PBU and PBA. Localized routing, to
// name one, repeats the same options (RFC 6705 section 10.1).
bool forbids_repetition(const Message& message) {
    return std::holds_alternative<ProxyBindingUpdate>(message) ||
           std::holds_alternative<ProxyBindingAck>(message);
}

class OptionParser {
public:
    // `layout` may be nullptr.
    OptionParser(Reader& in, bool no_repetition, std::vector<Placed>* layout)
        : in_(in), no_repetition_(no_repetition), layout_(layout) {}

    // RFC 6275 section 6.2.1. Everything up to the end of the message.
    Problem parse(Options& options) {
        // An option with its padding rarely takes less than 8 octets: one allocation each.
        options.reserve(in_.left() / 8);
        if (layout_ != nullptr) layout_->reserve(in_.left() / 8);
        while (in_.left() > 0) {
            if (auto problem = parse_one(options)) return problem;
        }
        return std::nullopt;
    }

private:
    Problem parse_one(Options& options) {
        Placed placed;
        placed.offset = static_cast<std::uint16_t>(in_.offset());
        placed.type = in_.u8();
        placed.total = 1;
        if (placed.type != kPad1) {
            const std::uint8_t length = in_.u8();
            const ByteView data = in_.take(length);
            if (in_.failed()) return error_at(Fault::OptionTruncated, placed.offset, placed.type);
            placed.total = static_cast<std::uint16_t>(2 + length);
            if (placed.type != kPadN) {
                if (const auto fault = take_option(placed.type, data, options)) {
                    return error_at(*fault, placed.offset, placed.type);
                }
                placed.option = options.size() - 1;
            }
        }
        if (layout_ != nullptr) layout_->push_back(placed);
        return std::nullopt;
    }

    std::optional<Fault> take_option(std::uint8_t type, ByteView data, Options& options) {
        if (const OptionRule* rule = rule_of(type)) {
            if (!rule->length.allows(data.size())) return Fault::OptionBadLength;
            if (rule->once && no_repetition_) {
                if (seen_[type]) return Fault::OptionRepeated;
                seen_[type] = true;
            }
        }
        if (!read_option(type, data, options)) return Fault::OptionBadPrefixLength;
        return std::nullopt;
    }

    Reader& in_;
    bool no_repetition_;
    std::vector<Placed>* layout_;
    std::bitset<256> seen_;
};

Problem parse_options(Reader& in, Message& message, std::vector<Placed>* layout) {
    OptionParser parser(in, forbids_repetition(message), layout);
    return std::visit(
        [&](auto& m) -> Problem {
            if constexpr (requires { m.options; }) {
                return parser.parse(m.options);
            } else {
                return std::nullopt;
            }
        },
        message);
}

Problem read_message(ByteView bytes,
                     const Addresses& addresses,
                     Checksum checksum,
                     Header& header,
                     Message& message,
                     std::vector<Placed>* layout) {
    if (const auto problem = check_frame(bytes)) return problem;
    Reader in(bytes);
    header = read_header(in);
    header.checksum_correct =
        checksum == Checksum::Verify ? mobility_checksum(bytes, addresses) : header.checksum;
    if (const auto problem = check_header(header)) return problem;
    message = read_fixed_part(header.type, in);
    return parse_options(in, message, layout);
}

}  // namespace

std::expected<Decoded, DecodeError> decode(ByteView bytes,
                                           const Addresses& addresses,
                                           Checksum checksum) {
    std::expected<Decoded, DecodeError> out;
    const auto problem =
        read_message(bytes, addresses, checksum, out->header, out->message, &out->layout);
    if (problem) out = std::unexpected(*problem);
    return out;
}

std::expected<Message, DecodeError> decode_message(ByteView bytes,
                                                   const Addresses& addresses,
                                                   Checksum checksum) {
    std::expected<Message, DecodeError> out;
    Header header;
    const auto problem = read_message(bytes, addresses, checksum, header, *out, /*layout=*/nullptr);
    if (problem) out = std::unexpected(*problem);
    return out;
}

}  // namespace dmm::wire
