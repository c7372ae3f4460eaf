// Mobility Header: octets -> message -> octets -> message, and message -> text -> message.
// The first octet says whether the rest is taken as it is or as a message whose frame (Header
// Len, checksum) is right, so that the search is not spent on them.
#include <cstddef>
#include <cstdint>

#include "lib/base/assert.h"
#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/text.h"
#include "tools/dmmctl/decode_json.h"

namespace {

using namespace dmm;
using namespace dmm::wire;

const Addresses kAddresses{.source = Ip6Address({0x20, 0x01, 0x0d, 0xb8, 1}),
                           .destination = Ip6Address({0x20, 0x01, 0x0d, 0xb8, 2})};

// Whole 64-bit words with a true Header Len, as far as there are any.
Bytes framed(ByteView input) {
    Bytes bytes(input.begin(), input.end());
    bytes.resize(bytes.size() / 8 * 8);
    if (!bytes.empty()) bytes[1] = static_cast<std::uint8_t>(bytes.size() / 8 - 1);
    return bytes;
}

void check_text(const Message& message) {
    const auto words = split_words(to_text(message));
    DMM_ASSERT(words.has_value());
    const auto parsed = parse_message(*words);
    DMM_ASSERT(parsed.has_value());
    DMM_ASSERT(*parsed == message);
}

void check_codec(const Message& message) {
    // Canonical padding can make a message of the full size too long.
    if (!can_be_carried(message)) return;
    const Bytes encoded = encode(message, kAddresses);
    const auto again = decode(encoded, kAddresses);
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(again->message == message);
    DMM_ASSERT(encode(again->message, kAddresses) == encoded);
}

void check(ByteView bytes, Checksum checksum) {
    const auto decoded = decode(bytes, kAddresses, checksum);
    if (!decoded) {
        DMM_ASSERT(!to_text(decoded.error()).empty());
        DMM_ASSERT(!dmmctl::to_json(decoded.error()).empty());
        return;
    }
    DMM_ASSERT(!dmmctl::to_json(*decoded, bytes).empty());
    (void)effective_options(decoded->message);
    check_codec(decoded->message);
    check_text(decoded->message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView input(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        check(input, Checksum::Verify);
    } else {
        check(framed(input.first(std::min<std::size_t>(input.size(), 2048))),
              Checksum::AlreadyVerified);
    }
    return 0;
}
