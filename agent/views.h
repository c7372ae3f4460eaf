// What the agent knows, as the rows that `dmmctl show` shows.
#pragma once

#include <string>
#include <vector>

#include "agent/counters.h"
#include "agent/engine.h"
#include "lib/base/time.h"
#include "lib/control/views.h"
#include "lib/kernel/driver.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// Our own address, and "maar" or "cmd".
[[nodiscard]] const Ip6Address& address_of(const Settings& settings);
// The addresses of all peers, a MAAR's CMD among them.
[[nodiscard]] std::vector<Ip6Address> peers_of(const Settings& settings);
[[nodiscard]] std::string role_of(const Settings& settings);

[[nodiscard]] control::StatusView status_view(const Settings& settings,
                                              const Engine& engine,
                                              Duration uptime);

// In the order in which the objects depend on each other.
[[nodiscard]] std::vector<control::ForwardingView> forwarding_views(
    const kernel::KernelState& state);

// The CMD first, MAARs by address. `nodes` counts those that the peer
// serves or anchors; for a MAAR's CMD, all.
[[nodiscard]] std::vector<control::PeerView> peer_views(const Settings& settings,
                                                        const Engine& engine,
                                                        const PeerBook& book,
                                                        SteadyTime now);

// By name. `driver` is null where no kernel is driven.
[[nodiscard]] std::vector<control::CounterView> counter_views(const Counters& counters,
                                                              const kernel::DriverCounters* driver);

}  // namespace dmm::agent
