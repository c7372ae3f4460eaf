#include <cstddef>
#include <cstdint>

#include "lib/wire/encode.h"

namespace dmm::wire {
namespace {

constexpr std::uint8_t kMobilityHeaderProtocol = 135;
constexpr std::size_t kChecksumOffset = 4;
constexpr std::size_t kChecksumEnd = 6;

// The sum of big-endian 16-bit words, not yet folded; a last odd octet counts as the high
// one. No packet is long enough to overflow it.
std::uint64_t sum_of(ByteView bytes) {
    std::uint64_t sum = 0;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        sum += static_cast<std::uint32_t>(bytes[i]) << 8U | bytes[i + 1];
    }
    if (i < bytes.size()) sum += static_cast<std::uint32_t>(bytes[i]) << 8U;
    return sum;
}

// RFC 8200 section 8.1.
std::uint64_t sum_of(const Addresses& addresses, std::size_t length, std::uint8_t next_header) {
    return sum_of(addresses.source.octets()) + sum_of(addresses.destination.octets()) + length +
           next_header;
}

std::uint16_t folded(std::uint64_t sum) {
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

}  // namespace

std::uint16_t pseudo_header_checksum(ByteView bytes,
                                     const Addresses& addresses,
                                     std::uint8_t next_header) {
    return folded(sum_of(addresses, bytes.size(), next_header) + sum_of(bytes));
}

// The Next Header of the pseudo-header is always 135, and a result of zero stays zero: only
// UDP replaces it.
std::uint16_t mobility_checksum(ByteView bytes, const Addresses& addresses) {
    std::uint64_t sum = sum_of(addresses, bytes.size(), kMobilityHeaderProtocol);
    if (bytes.size() < kChecksumEnd) return folded(sum + sum_of(bytes));
    sum += sum_of(bytes.first(kChecksumOffset)) + sum_of(bytes.subspan(kChecksumEnd));
    return folded(sum);
}

}  // namespace dmm::wire
