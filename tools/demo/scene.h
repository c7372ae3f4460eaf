// The stage of the demonstration: who takes part, under which names and addresses.
//
//   cn --- core --- cmd        MAARn: 2001:db8:N::1, pool 2001:db8:aN00::/48
//        /   |   \             cmd:   2001:db8:ffff::c0
//    maar1 maar2 maar3         cn:    2001:db8:c::2
//      :.....:.....:
//           mn
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/ip.h"

namespace dmm::demo {

inline constexpr int kMaars = 3;  // numbered from 1
inline constexpr std::string_view kNodeMac = "02:00:00:00:01:01";
inline constexpr std::string_view kGuestMac = "02:00:00:00:01:02";
inline constexpr std::string_view kNodeId = "alice@example";
inline constexpr std::string_view kCmdAddress = "2001:db8:ffff::c0";
inline constexpr std::string_view kCnAddress = "2001:db8:c::2";

[[nodiscard]] std::string maar_name(int maar);      // "maar1"
[[nodiscard]] std::string maar_address(int maar);   // "2001:db8:1::1"
[[nodiscard]] std::string maar_gateway(int maar);   // the core router's end of its link
[[nodiscard]] std::string maar_pool(int maar);      // "2001:db8:a100::/48"
[[nodiscard]] std::string pool_nickname(int maar);  // "a100", as the drawing shows it

[[nodiscard]] Ip6Address cn_address();

// The MAAR whose pool holds `address`.
[[nodiscard]] std::optional<int> anchor_of(const Ip6Address& address);

// "maar2", "cmd", "cn", or the address itself.
[[nodiscard]] std::string name_of(const Ip6Address& address);

// Where the node is after `moves` moves: 1, 2, 3, 1, 2, ...
[[nodiscard]] constexpr int maar_after(int moves) {
    return moves % kMaars + 1;
}

}  // namespace dmm::demo
