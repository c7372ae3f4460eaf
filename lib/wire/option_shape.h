// Layouts that several mobility options share, for the codec and the text form.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <variant>

#include "lib/base/ip.h"

namespace dmm::wire {

// Options 3, 26, 68 and 69: an address and nothing else. Kinds that have more overload.
template <typename T>
concept OneAddress = std::is_same_v<decltype(T::address), Ip6Address>;

// Options 22, 65 and 66: reserved, Prefix Length, prefix.
template <typename T>
concept OnePrefix = std::is_same_v<decltype(T::prefix), Prefix>;

// Options 41 and 47: IPv6 or IPv4, told apart by the Length.
using Ip4Octets = std::array<std::uint8_t, 4>;
using AnyAddress = std::variant<Ip6Address, Ip4Octets>;

// Flags of option 47.
inline constexpr std::uint16_t kRedirectK = 0x8000;
inline constexpr std::uint16_t kRedirectN = 0x4000;

}  // namespace dmm::wire
