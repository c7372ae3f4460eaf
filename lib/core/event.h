// What can happen to an engine. Every input is one of these values, with the time beside
// it; there is no other way in.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "lib/base/ip.h"
#include "lib/model/forwarding.h"
#include "lib/model/kernel_error.h"
#include "lib/model/mobile_node.h"
#include "lib/model/settings.h"
#include "lib/wire/decode.h"
#include "lib/wire/message.h"

namespace dmm::core {

// A Router Solicitation on an access link: RFC 4861 section 6.2.6. From an address that has
// no session it is an attachment; from a known one it asks for the advertisements again.
struct RouterSolicited {
    AccessLink link;
    LinkLayerAddress mac;  // of the frame, not of the option
    Ip6Address source;     // link-local, or ::
    friend auto operator<=>(const RouterSolicited&, const RouterSolicited&) = default;
};

// An attachment learnt by other means (an operator, later an access point).
struct MnAttached {
    AccessLink link;
    LinkLayerAddress mac;
    std::optional<MnId> mn;  // absent: from the table of known nodes, else the address
    friend auto operator<=>(const MnAttached&, const MnAttached&) = default;
};

// The node left the link. RFC 8885 section 3.5: this alone de-registers nothing; the
// session ends when its lifetime does, unless `deregister` orders it now.
struct MnDetached {
    MnId mn;
    bool deregister = false;
    friend auto operator<=>(const MnDetached&, const MnDetached&) = default;
};

// A node answered a probe: it is on this link now.
struct NodeHeard {
    AccessLink link;
    LinkLayerAddress mac;  // of the frame
    friend auto operator<=>(const NodeHeard&, const NodeHeard&) = default;
};

// Packets of a node to or from this prefix have passed since this was last said, or not long
// before.
struct PrefixUsed {
    MnId mn;
    Prefix prefix;
    friend auto operator<=>(const PrefixUsed&, const PrefixUsed&) = default;
};

struct MessageReceived {
    Ip6Address from;
    Ip6Address to;
    wire::Message message;
    friend auto operator<=>(const MessageReceived&, const MessageReceived&) = default;
};

struct MessageRejected {
    Ip6Address from;
    Ip6Address to;
    wire::DecodeError error;
    friend auto operator<=>(const MessageRejected&, const MessageRejected&) = default;
};

// The kernel has what the wish with this revision asked for.
struct ForwardingApplied {
    MnId mn;
    Revision revision;
    friend auto operator<=>(const ForwardingApplied&, const ForwardingApplied&) = default;
};

struct ForwardingFailed {
    MnId mn;
    Revision revision;
    KernelError error;
    friend auto operator<=>(const ForwardingFailed&, const ForwardingFailed&) = default;
};

// The agent runs, and its peers may be told. The counter differs from that of every earlier
// run (RFC 5847 section 3.2).
struct Started {
    std::uint32_t restart_counter = 0;
    // Of a run that goes on with what an earlier one knew, under its counter: what tells it from
    // that one. 0: it begins anew.
    std::uint32_t run = 0;
    friend auto operator<=>(const Started&, const Started&) = default;
};

// What an earlier run of a MAAR knew of a session (lib/core/maar_record.h). Before Started.
struct SessionResumed {
    std::string record;
    friend auto operator<=>(const SessionResumed&, const SessionResumed&) = default;
};

// The administrator of a CMD has a node lose one of its P-MAARs.
struct RemoveAnchor {
    MnId mn;
    Ip6Address maar;
    friend auto operator<=>(const RemoveAnchor&, const RemoveAnchor&) = default;
};

// The administrator of a CMD ends a session, wherever the node is.
struct EndSession {
    MnId mn;
    friend auto operator<=>(const EndSession&, const EndSession&) = default;
};

// A MAAR ends in order, and its forwarding and what it knows go with it. The last event.
struct Stopping {
    friend auto operator<=>(const Stopping&, const Stopping&) = default;
};

// The configuration is another from here on. The address, and a MAAR's CMD, are the old ones:
// else nothing happens.
struct Reconfigured {
    std::shared_ptr<const RoleSettings> settings;  // never null; kept apart, it is large

    friend bool operator==(const Reconfigured& a, const Reconfigured& b) {
        return *a.settings == *b.settings;
    }
};

// A MAAR takes no new nodes, before maintenance; or takes them again.
struct Draining {
    bool on = true;
    friend auto operator<=>(const Draining&, const Draining&) = default;
};

// A deadline that the engine asked for may have come.
struct Tick {
    friend auto operator<=>(const Tick&, const Tick&) = default;
};

using Event = std::variant<RouterSolicited,
                           MnAttached,
                           MnDetached,
                           NodeHeard,
                           PrefixUsed,
                           MessageReceived,
                           MessageRejected,
                           ForwardingApplied,
                           ForwardingFailed,
                           Started,
                           SessionResumed,
                           RemoveAnchor,
                           EndSession,
                           Stopping,
                           Reconfigured,
                           Draining,
                           Tick>;

}  // namespace dmm::core
