// A fuzzer's octets as decisions: whatever they are, they mean something. Used up, every further
// one is 0.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "lib/base/bytes.h"

namespace dmm::test {

class Choices {
public:
    explicit Choices(ByteView octets) : octets_(octets) {}

    [[nodiscard]] bool over() const { return octets_.left() == 0; }

    [[nodiscard]] std::uint8_t octet() { return over() ? std::uint8_t{0} : octets_.u8(); }

    // Below `count`.
    [[nodiscard]] std::size_t below(std::size_t count) { return octet() % count; }

    template <typename List>
    [[nodiscard]] const auto& of(const List& list) {
        return list[below(list.size())];
    }

    // At most `count` octets.
    [[nodiscard]] ByteView take(std::size_t count) {
        return octets_.take(std::min(count, octets_.left()));
    }

private:
    Reader octets_;
};

// The first octet says which of `ways` looks at the rest; where there is none, nobody does.
template <std::size_t N>
void by_first_octet(ByteView input, const std::array<void (*)(ByteView), N>& ways) {
    if (!input.empty()) ways[input.front() % N](input.subspan(1));
}

}  // namespace dmm::test
