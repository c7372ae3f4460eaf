// nftables rules that look up a packet's source in the routing tables, which is how a filter
// for the reverse path is written ("fib saddr ..."). Packets of nodes that moved take another
// way in than out, so such a rule may drop them. Rules of IPv4 alone are passed over.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "lib/kernel/netlink_parser.h"
#include "lib/kernel/transport.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

struct PacketFilter {
    std::size_t rules = 0;
    // Chains with such a rule as `nft` names them, "inet fw4 prerouting", each once.
    std::vector<std::string> reverse_path;
};

// All rules of this network namespace, by a transport to NETLINK_NETFILTER; none where the
// kernel has no nf_tables. The error is EPERM without CAP_NET_ADMIN, and EOVERFLOW beyond
// some ten thousand rules, which are not worth the wait.
[[nodiscard]] std::expected<PacketFilter, KernelError> look_at_packet_filter(Transport& transport);

// The chain of the rule, if it is one for the reverse path and not of IPv4 alone.
[[nodiscard]] std::optional<std::string> reverse_path_chain(ByteView rule);

}  // namespace dmm::kernel
