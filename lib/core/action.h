// What an engine wants done. The agent performs actions in their order; their results come
// back as events.
#pragma once

#include <compare>
#include <variant>
#include <vector>

#include "lib/base/ip.h"
#include "lib/core/note.h"
#include "lib/model/forwarding.h"
#include "lib/model/mobile_node.h"
#include "lib/wire/message.h"
#include "lib/wire/router_advert.h"

namespace dmm::core {

struct Send {
    Ip6Address from;
    Ip6Address to;
    wire::Message message;
    friend auto operator<=>(const Send&, const Send&) = default;
};

// The forwarding that this node needs from now on, whole. Answered by ForwardingApplied or
// ForwardingFailed with the same revision, unless a newer wish overtakes it.
struct Want {
    MnId mn;
    Revision revision;
    SessionForwarding forwarding;
    friend auto operator<=>(const Want&, const Want&) = default;
};

// A Router Advertisement to one node, out of one of its DLIFs.
struct Advertise {
    Dlif dlif;
    Ip6Address destination;  // the node's link-local address, or ff02::1 if it is not known
    wire::RouterAdvert advert;
    friend auto operator<=>(const Advertise&, const Advertise&) = default;
};

// Asks a node whether it is still there: a unicast Neighbour Solicitation out of one of its
// DLIFs (RFC 4861 section 7.3.3). An answer comes back as NodeHeard.
struct Probe {
    Dlif dlif;
    Ip6Address target;  // the node's link-local address
    friend auto operator<=>(const Probe&, const Probe&) = default;
};

using Action = std::variant<Send, Want, Advertise, Probe, Note>;
using Actions = std::vector<Action>;

}  // namespace dmm::core
