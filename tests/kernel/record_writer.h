// Writes what the kernel shows of an object, the counterpart of the decoders in
// lib/kernel/netlink_codec.h: for answers of the fake kernel and for round trips.
#pragma once

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"

namespace dmm::kernel {

void put_link(MessageBuilder& out, const LinkRecord& link);
void put_address(MessageBuilder& out, const AddressRecord& address);
void put_neighbour(MessageBuilder& out, const NeighbourRecord& neighbour);
void put_route(MessageBuilder& out, const RouteRecord& route);
void put_rule(MessageBuilder& out, const RuleRecord& rule);

}  // namespace dmm::kernel
