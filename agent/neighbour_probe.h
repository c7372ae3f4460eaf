// Whether a node is still there: Neighbour Unreachability Detection by the router that
// serves it (RFC 4861 sections 4.3, 4.4, 7.1.2 and 7.3.3). Pure.
#pragma once

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/model/forwarding.h"

namespace dmm::agent {

// A whole IPv6 packet: a unicast Neighbour Solicitation from `router` to `node`.
[[nodiscard]] Bytes probe_packet(const DlifIdentity& router, const Ip6Address& node);

// Whether `packet`, from the IPv6 header on, is a valid Neighbour Advertisement that answers
// a solicitation. Octets beyond its Payload Length are ignored.
[[nodiscard]] bool is_probe_answer(ByteView packet);

}  // namespace dmm::agent
