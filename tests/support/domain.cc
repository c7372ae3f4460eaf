#include "tests/support/domain.h"

#include <string>

namespace dmm::test {

Ip6Address Domain::cmd_address() {
    return Ip6Address::parse("2001:db8:ffff::c0").value();
}

Ip6Address Domain::maar_address(std::uint64_t n) {
    return Ip6Address::parse("2001:db8:" + std::to_string(n) + "::1").value();
}

Prefix Domain::pool(std::uint64_t n) {
    return Prefix::parse("2001:db8:a" + std::to_string(n) + "00::/48").value();
}

Prefix Domain::network(std::uint64_t n) {
    return Prefix::parse("2001:db8:b" + std::to_string(n) + "00::/40").value();
}

CmdSettings Domain::cmd(const ProtocolSettings& protocol) const {
    CmdSettings settings;
    settings.address = cmd_address();
    settings.protocol = protocol;
    for (std::uint64_t n = 1; n <= maars_; ++n) {
        settings.maars.push_back(
            {.address = maar_address(n), .pool = pool(n), .local_prefixes = {network(n)}});
    }
    return settings;
}

MaarSettings Domain::maar(std::uint64_t n, const ProtocolSettings& protocol) const {
    MaarSettings settings;
    settings.address = maar_address(n);
    settings.cmd = cmd_address();
    settings.access_links = {{.name = "lan0"}};
    settings.pool = pool(n);
    settings.protocol = protocol;
    settings.nodes = {{LinkLayerAddress({2, 0, 0, 0, 1, 1}), MnId::nai("alice@example")},
                      {LinkLayerAddress({2, 0, 0, 0, 1, 2}), MnId::nai("bob@example")}};
    for (std::uint64_t other = 1; other <= maars_; ++other) {
        if (other != n) settings.peers.push_back(maar_address(other));
    }
    return settings;
}

}  // namespace dmm::test
