// The prefixes of an anchor as a session keeps them. Nearly always it is one /64, of which eight
// octets say all; only other lists take a piece of the heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "lib/base/ip.h"
#include "lib/core/rare.h"

namespace dmm::core {

class PrefixList {
public:
    // Gives values: a /64 that is kept as eight octets is nowhere as a Prefix.
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Prefix;
        using difference_type = std::ptrdiff_t;
        using pointer = const Prefix*;
        using reference = Prefix;

        Iterator() = default;

        Iterator(const PrefixList* list, std::size_t at) : list_(list), at_(at) {}

        [[nodiscard]] Prefix operator*() const { return (*list_)[at_]; }

        Iterator& operator++() {
            ++at_;
            return *this;
        }

        Iterator operator++(int) {
            Iterator before = *this;
            ++at_;
            return before;
        }

        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        const PrefixList* list_ = nullptr;
        std::size_t at_ = 0;
    };

    PrefixList() = default;
    explicit PrefixList(const std::vector<Prefix>& prefixes);

    [[nodiscard]] std::size_t size() const;

    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] Prefix operator[](std::size_t index) const;

    [[nodiscard]] Iterator begin() const { return {this, 0}; }

    [[nodiscard]] Iterator end() const { return {this, size()}; }

    void clear() { *this = {}; }

    [[nodiscard]] std::vector<Prefix> all() const { return {begin(), end()}; }

    friend bool operator==(const PrefixList& list, const std::vector<Prefix>& prefixes);

private:
    using Network = std::array<std::uint8_t, 8>;

    Network only_{};  // the upper half of the one /64; ::/64 itself is among many_
    Rare<std::vector<Prefix>> many_;
};

}  // namespace dmm::core
