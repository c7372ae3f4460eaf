// Bounded big-endian reading and writing. A Reader never reads past its end: an
// over-long request marks it failed and yields zeros, so a codec checks once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dmm {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

class Reader {
public:
    explicit Reader(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint8_t u8();
    [[nodiscard]] std::uint16_t u16();
    [[nodiscard]] std::uint32_t u32();
    [[nodiscard]] std::uint64_t u64();
    // The next `count` octets; empty (and failed) when fewer are left.
    [[nodiscard]] ByteView take(std::size_t count);
    [[nodiscard]] std::array<std::uint8_t, 16> take16();

    void skip(std::size_t count) { (void)take(count); }

    [[nodiscard]] ByteView rest() const { return bytes_.subspan(at_); }

    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

    [[nodiscard]] std::size_t offset() const { return at_; }

    [[nodiscard]] bool failed() const { return failed_; }

private:
    [[nodiscard]] std::uint64_t big_endian(std::size_t count);

    ByteView bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

class Writer {
public:
    Writer() = default;

    // With room for so many octets before it has to grow.
    explicit Writer(std::size_t expected) { out_.reserve(expected); }

    void u8(std::uint8_t value) { out_.push_back(value); }

    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);

    void put(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    void zeros(std::size_t count) { out_.insert(out_.end(), count, 0); }

    // Overwrites two octets already written; `at` + 2 must not exceed size().
    void patch_u16(std::size_t at, std::uint16_t value);

    // Keeps its room.
    void clear() { out_.clear(); }

    [[nodiscard]] std::size_t size() const { return out_.size(); }

    [[nodiscard]] ByteView view() const { return out_; }

    [[nodiscard]] Bytes finish() && { return std::move(out_); }

private:
    Bytes out_;
};

}  // namespace dmm
