// What a MAAR wishes for the benchmarks' nodes, and the kernel that makes it true.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/data_plane.h"
#include "lib/kernel/transport.h"
#include "lib/model/forwarding.h"

namespace dmm::bench {

// Nanoseconds that the kernel took; may lie in memory that processes share.
using KernelTime = std::atomic<std::int64_t>;

// A node's forwarding at MAAR 1, over "lan0": a DLIF and the downlink of its own prefix.
[[nodiscard]] SessionForwarding wish_of(std::uint64_t node);

// Of MAAR 1, with nothing made before a node comes.
[[nodiscard]] kernel::DriverSettings bare_settings();

// A started data plane in this network namespace, with interfaces of another kind where this kernel
// has no ip6tnl; with the source check of "lan0" if `checks`. Adds the time that the kernel takes
// to `spent`, which must outlive it. Exits with a word when the kernel refuses.
[[nodiscard]] std::unique_ptr<agent::DataPlane> open_data_plane(
    const kernel::DriverSettings& settings, KernelTime& spent, bool checks);

// What a shell would need for the wishes of nodes `first` to `end`, exclusive.
struct Script {
    std::string ip;   // for `ip -6 -batch`
    std::string nft;  // for `nft -f`
};

[[nodiscard]] Script script_of(std::uint64_t first, std::uint64_t end);
// The table of the source check, for `nft -f`.
[[nodiscard]] std::string nft_table();

}  // namespace dmm::bench
