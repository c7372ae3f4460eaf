// Strong<Tag, T>: a number that does not mix with other numbers of the same width.
#pragma once

#include <compare>

namespace dmm {

template <typename Tag, typename T>
struct Strong {
    T value{};
    friend auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace dmm
