#include "lib/base/bytes.h"

#include <algorithm>

#include "lib/base/assert.h"

namespace dmm {

ByteView Reader::take(std::size_t count) {
    if (failed_ || count > left()) {
        failed_ = true;
        return {};
    }
    const ByteView part = bytes_.subspan(at_, count);
    at_ += count;
    return part;
}

std::uint64_t Reader::big_endian(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : take(count))
        value = value << 8U | octet;
    return value;
}

std::uint8_t Reader::u8() {
    return static_cast<std::uint8_t>(big_endian(1));
}

std::uint16_t Reader::u16() {
    return static_cast<std::uint16_t>(big_endian(2));
}

std::uint32_t Reader::u32() {
    return static_cast<std::uint32_t>(big_endian(4));
}

std::uint64_t Reader::u64() {
    return big_endian(8);
}

std::array<std::uint8_t, 16> Reader::take16() {
    std::array<std::uint8_t, 16> out{};
    const ByteView part = take(out.size());
    std::copy(part.begin(), part.end(), out.begin());
    return out;
}

void Writer::u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8U));
    u8(static_cast<std::uint8_t>(value & 0xffU));
}

void Writer::u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16U));
    u16(static_cast<std::uint16_t>(value & 0xffffU));
}

void Writer::u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32U));
    u32(static_cast<std::uint32_t>(value & 0xffffffffU));
}

void Writer::patch_u16(std::size_t at, std::uint16_t value) {
    DMM_ASSERT(at + 2 <= out_.size());
    out_[at] = static_cast<std::uint8_t>(value >> 8U);
    out_[at + 1] = static_cast<std::uint8_t>(value & 0xffU);
}

}  // namespace dmm
