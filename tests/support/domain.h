// The addresses of every made-up domain: CMD 2001:db8:ffff::c0; MAARn 2001:db8:n::1 with pool
// 2001:db8:an00::/48, n from 1 to 9.
#pragma once

#include <cstdint>

#include "lib/model/settings.h"

namespace dmm::test {

class Domain {
public:
    explicit Domain(std::uint64_t maars) : maars_(maars) {}

    [[nodiscard]] static Ip6Address cmd_address();
    [[nodiscard]] static Ip6Address maar_address(std::uint64_t n);
    [[nodiscard]] static Prefix pool(std::uint64_t n);

    // What MAAR `n` may offer as its local network.
    [[nodiscard]] static Prefix network(std::uint64_t n);
    [[nodiscard]] CmdSettings cmd(const ProtocolSettings& protocol) const;
    // Knows alice@example (02:00:00:00:01:01) and bob@example (02:00:00:00:01:02).
    [[nodiscard]] MaarSettings maar(std::uint64_t n, const ProtocolSettings& protocol) const;

private:
    std::uint64_t maars_;
};

}  // namespace dmm::test
