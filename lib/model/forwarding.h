// The forwarding that a MAAR wishes for, as values: what the engine states and the kernel
// layer makes true. RFC 8885 section 3.7 (DLIF), RFC 5213 sections 5.6 and 6.10 (tunnels,
// routes). Nothing here knows netlink.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <variant>

#include "lib/base/ip.h"
#include "lib/base/strong.h"
#include "lib/model/mobile_node.h"

namespace dmm {

// Link-layer and link-local address of a Distributed Logical Interface: the identity under
// which an anchor is seen by its nodes, at whichever MAAR a node is.
struct DlifIdentity {
    LinkLayerAddress mac;
    Ip6Address link_local;  // within fe80::/10
    friend auto operator<=>(const DlifIdentity&, const DlifIdentity&) = default;
};

// The identity that every router derives alike when none is signalled: RFC 8885 section 3.7
// leaves open where it is kept, so it is computed from what all of them know. It is the same for
// all nodes of an anchor, so that one interface serves them all: thousands of interfaces are what
// a kernel bears worst.
[[nodiscard]] DlifIdentity derive_dlif(const Ip6Address& anchor);

// An IPv6-in-IPv6 tunnel (RFC 2473) between two MAARs, shared by all nodes.
struct Tunnel {
    Ip6Address local;
    Ip6Address remote;
    friend auto operator<=>(const Tunnel&, const Tunnel&) = default;
};

// A logical router towards one node over one access link. Those of one identity over one link are
// one interface of the kernel.
struct Dlif {
    AccessLink over;
    LinkLayerAddress mn;  // the node's own address
    DlifIdentity identity;
    friend auto operator<=>(const Dlif&, const Dlif&) = default;
};

// Packets from `from` leave through the tunnel: to their anchor, whatever their destination, or
// to the anchor that owns the local network `to` (RFC 8885 section 4.4), whatever their anchor.
struct Uplink {
    Prefix from;
    Prefix to{};  // ::/0: everywhere
    Tunnel via;
    friend auto operator<=>(const Uplink&, const Uplink&) = default;
};

// Packets from `from` to the local network `to` of this MAAR take no tunnel.
struct Bypass {
    Prefix from;
    Prefix to;
    friend auto operator<=>(const Bypass&, const Bypass&) = default;
};

// Packets to `to` go to the node over a DLIF, or through a tunnel to its S-MAAR.
struct Downlink {
    Prefix to;
    std::variant<Dlif, Tunnel> via;
    friend auto operator<=>(const Downlink&, const Downlink&) = default;
};

// Everything that one node needs at one MAAR. DLIFs and tunnels that routes refer to need
// not be repeated: `dlifs` holds those that must exist in any case.
struct SessionForwarding {
    std::set<Dlif> dlifs;
    std::set<Downlink> down;
    std::set<Uplink> up;
    std::set<Bypass> bypass{};  // only of sources that have an Uplink
    friend auto operator<=>(const SessionForwarding&, const SessionForwarding&) = default;

    [[nodiscard]] bool empty() const { return dlifs.empty() && down.empty() && up.empty(); }
};

// Counts the wishes for one node; only grows.
using Revision = Strong<struct RevisionTag, std::uint64_t>;

[[nodiscard]] std::string to_text(const Tunnel& tunnel);
[[nodiscard]] std::string to_text(const Dlif& dlif);
// One line: "dlif=... down=PREFIX>dlif:MAC down=PREFIX>tunnel:REMOTE up=PREFIX>REMOTE".
[[nodiscard]] std::string to_text(const SessionForwarding& forwarding);

}  // namespace dmm
