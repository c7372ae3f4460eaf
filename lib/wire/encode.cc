#include "lib/wire/encode.h"

#include <utility>
#include <variant>

#include "lib/base/assert.h"
#include "lib/model/limits.h"
#include "lib/wire/layout.h"
#include "lib/wire/message_codec.h"
#include "lib/wire/message_table.h"
#include "lib/wire/option_codec.h"
#include "lib/wire/option_table.h"

namespace dmm::wire {
namespace {

constexpr std::uint8_t kNoNextHeader = 59;
constexpr std::size_t kHeaderLenOffset = 1;
constexpr std::size_t kChecksumOffset = 4;
// Longer than nearly all messages and options are: one allocation for each.
constexpr std::size_t kUsualOctets = 256;
constexpr std::size_t kUsualDataOctets = 64;

// RFC 6275 sections 6.2.2 and 6.2.3: more than one octet is one PadN.
void pad(std::size_t count, Writer& out) {
    if (count == 0) return;
    if (count == 1) {
        out.u8(kPad1);
        return;
    }
    out.u8(kPadN);
    out.u8(static_cast<std::uint8_t>(count - 2));
    out.zeros(count - 2);
}

void pad_to(Alignment alignment, Writer& out) {
    pad((alignment.x + alignment.y - out.size() % alignment.x) % alignment.x, out);
}

// False if the option has no form on the wire.
bool put_option(const Option& option, Packing packing, Writer& scratch, Writer& out) {
    const std::uint8_t type = type_of(option);
    scratch.clear();
    write_option_data(option, scratch);
    const ByteView data = scratch.view();
    const OptionRule* rule = rule_of(type);
    const LengthRule length = rule != nullptr ? rule->length : LengthRule{};
    if (type == kPad1 || type == kPadN || !length.allows(data.size())) return false;
    if (packing == Packing::Aligned) pad_to(alignment_of(type, data.size()), out);
    out.u8(type);
    out.u8(static_cast<std::uint8_t>(data.size()));
    out.put(data);
    return true;
}

// An OtherMessage is as long as it is: it is not ours to pad.
bool has_own_length(const OtherMessage& message, std::size_t size) {
    const MhRule* rule = mh_rule_of(message.mh_type);
    return rule != nullptr && size % 8 == 0 && size / 8 >= std::size_t{rule->min_header_len} + 1;
}

}  // namespace

std::optional<Bytes> lay_out(const Message& message, Packing packing) {
    Writer out(kUsualOctets);
    out.u8(kNoNextHeader);
    out.u8(0);
    out.u8(mh_type_of(message));
    out.u8(0);
    out.u16(0);
    write_fixed_part(message, out);
    if (const auto* other = std::get_if<OtherMessage>(&message)) {
        if (!has_own_length(*other, out.size())) return std::nullopt;
    }
    if (const Options* options = options_of(message)) {
        Writer scratch(kUsualDataOctets);
        for (const Option& option : *options) {
            if (!put_option(option, packing, scratch, out)) return std::nullopt;
            if (out.size() > limits::kMobilityHeaderOctets) return std::nullopt;
        }
    }
    pad_to({.x = 8, .y = 0}, out);
    if (out.size() > limits::kMobilityHeaderOctets) return std::nullopt;
    Bytes bytes = std::move(out).finish();
    bytes[kHeaderLenOffset] = static_cast<std::uint8_t>(bytes.size() / 8 - 1);
    return bytes;
}

bool can_be_carried(const Message& message) {
    return lay_out(message, Packing::Aligned).has_value();
}

Bytes encode(const Message& message, const Addresses& addresses) {
    std::optional<Bytes> bytes = lay_out(message, Packing::Aligned);
    DMM_ASSERT(bytes.has_value());
    const std::uint16_t checksum = mobility_checksum(*bytes, addresses);
    (*bytes)[kChecksumOffset] = static_cast<std::uint8_t>(checksum >> 8U);
    (*bytes)[kChecksumOffset + 1] = static_cast<std::uint8_t>(checksum & 0xffU);
    return std::move(*bytes);
}

}  // namespace dmm::wire
