// Our address as this host has it, out of /proc/net/if_inet6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/ip.h"

namespace dmm::agent {

enum class AddressState : std::uint8_t {
    Absent,
    Duplicate,  // duplicate address detection found another owner (RFC 4862 section 5.4)
    Tentative,  // it is still under way
    Usable,
};

// `table` is what /proc/net/if_inet6 holds: per line the address in hex, the interface
// index, prefix length, scope and flags in hex, and the interface's name. The best state
// counts if several interfaces have the address.
[[nodiscard]] AddressState address_state(std::string_view table, const Ip6Address& address);

// The interface that has it, in the state that counts; "" where none has.
[[nodiscard]] std::string address_interface(std::string_view table, const Ip6Address& address);

}  // namespace dmm::agent
