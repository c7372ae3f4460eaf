// Judges what was seen of this host: one function for each check, facts and settings in, a
// finding out. Pure; agent/host_survey.h looks.
#pragma once

#include <vector>

#include "agent/host_facts.h"
#include "lib/model/finding.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// All checks of the role, in the order in which one would set a host up.
[[nodiscard]] std::vector<Finding> judge(const HostFacts& facts, const Settings& settings);

namespace preflight {

// --- of both roles
[[nodiscard]] Finding capabilities(const HostFacts& facts, const Settings& settings);
[[nodiscard]] Finding address(const HostFacts& facts, const Settings& settings);
[[nodiscard]] Finding peers(const HostFacts& facts, const Settings& settings);
[[nodiscard]] Finding clock(const HostFacts& facts, const ProtocolSettings& protocol);

// --- of a CMD
[[nodiscard]] Finding receive_buffer(const HostFacts& facts);

// --- of a MAAR
[[nodiscard]] Finding tunnels(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding macvlans(const HostFacts& facts);
[[nodiscard]] Finding source_routes(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding routing_table(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding core_interface(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding access_links(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding forwarding(const HostFacts& facts);
// Only with Encap::Seg6.
[[nodiscard]] Finding seg6(const HostFacts& facts, const MaarSettings& maar);
// Router Advertisements that this host hears: at the core they may be wanted, on access links
// never.
[[nodiscard]] Finding core_adverts(const HostFacts& facts);
[[nodiscard]] Finding access_adverts(const HostFacts& facts);
[[nodiscard]] Finding reverse_path(const HostFacts& facts);
[[nodiscard]] Finding mtu(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding neighbours(const HostFacts& facts, const MaarSettings& maar);
[[nodiscard]] Finding pool(const MaarSettings& maar);

}  // namespace preflight
}  // namespace dmm::agent
