// What `dmmctl show` and `dmmctl check` show, as values: the agent fills them, the protocol carries
// them as JSON, dmmctl renders them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dmm::control {

struct StatusView {
    std::string instance;
    std::string role;  // "maar" or "cmd"
    std::string version;
    std::string address;
    std::uint64_t uptime_ms = 0;
    std::uint64_t nodes = 0;     // serving (MAAR) or all sessions (CMD)
    std::uint64_t anchored = 0;  // sessions kept as P-MAAR (MAAR only)
    std::uint64_t peers = 0;
    bool draining = false;          // no new nodes are taken (MAAR only)
    std::uint64_t draining_ms = 0;  // for how long
    std::string last_kernel_error;  // "" when there was none

    friend bool operator==(const StatusView&, const StatusView&) = default;
};

// What a node has sent from a prefix and has been sent to it at this MAAR.
struct TrafficView {
    std::string prefix;
    std::uint64_t packets_up = 0;
    std::uint64_t octets_up = 0;
    std::uint64_t packets_down = 0;
    std::uint64_t octets_down = 0;
    friend bool operator==(const TrafficView&, const TrafficView&) = default;
};

// One anchor of a node: where a prefix of it is anchored.
struct AnchorView {
    std::string maar;
    std::vector<std::string> prefixes;
    std::string dlif_mac;
    std::string dlif_link_local;
    std::string state;                   // "serving", "previous", "updating", ...
    std::vector<TrafficView> traffic{};  // of those prefixes that are counted here
    friend bool operator==(const AnchorView&, const AnchorView&) = default;
};

struct NodeView {
    std::string mn;
    std::string mac;                  // "" when unknown
    std::string state;                // the session's state by name
    std::string link;                 // access link (MAAR), "" on a CMD
    std::string serving;              // S-MAAR's address
    std::uint64_t since_ms = 0;       // time in this state
    std::uint64_t expires_in_ms = 0;  // 0: no lifetime runs
    std::vector<AnchorView> anchors;  // the S-MAAR's own first
    std::string last_error;
    std::uint64_t spoofed = 0;  // packets from sources that are not its own, within an hour
    friend bool operator==(const NodeView&, const NodeView&) = default;
};

// One kernel object that this daemon wishes for.
struct ForwardingView {
    std::string kind;    // "tunnel", "dlif", "route", "rule", "neighbour", "address"
    std::string object;  // as an `ip` command would make it
    friend bool operator==(const ForwardingView&, const ForwardingView&) = default;
};

struct PeerView {
    std::string address;
    std::string role;  // "cmd" or "maar"
    std::string pool;  // CMD only, else ""
    std::uint64_t nodes = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t last_heard_ms = 0;  // ago; 0: never
    bool heard = false;
    // "up" or "lost" by its heartbeats; "unknown" before the first; "" where none are sent.
    std::string state;
    friend bool operator==(const PeerView&, const PeerView&) = default;
};

// One thing that happened in a handover.
struct HandoverStepView {
    std::uint64_t at_us = 0;  // since the handover began
    // "solicited", "attached", "heard", "sent", "received", "wished", "applied", "failed",
    // "advertised", "deprecated"
    std::string step;
    std::string message{};  // "PBU", "PBA", ...; "" where none was sent or received
    std::string peer{};     // whom it went to or came from
    std::uint64_t sequence = 0;
    std::string status{};        // of a PBA
    std::uint64_t revision = 0;  // of a wish to the kernel
    friend bool operator==(const HandoverStepView&, const HandoverStepView&) = default;
};

struct HandoverView {
    std::string mn;
    std::string kind;   // "attach", "handover", "redirect", "release"
    std::string state;  // "under_way", "done", "refused", "unanswered", "overtaken", "ended"
    std::string from;   // the MAAR that it left, "" if none
    std::string to;     // the MAAR that it came to, "" if none
    std::string here;   // this daemon's address
    std::string cmd;    // the CMD's
    std::uint64_t began_ms = 0;  // since 1970
    std::uint64_t ago_ms = 0;    // since it began
    std::uint64_t took_us = 0;   // until it came to its end
    std::vector<HandoverStepView> steps;
    std::uint64_t left_out = 0;  // steps that were too many
    friend bool operator==(const HandoverView&, const HandoverView&) = default;
};

// One of the things that `dmmctl check` looks at.
struct FindingView {
    std::string name;      // "forwarding", "clock", ...; stays the same between versions
    std::string severity;  // "ok", "unseen" (cannot be looked at from here), "warning", "error"
    std::string found;
    std::string remedy;  // a command, or what to do; "" where there is nothing to do
    friend bool operator==(const FindingView&, const FindingView&) = default;
};

struct CounterView {
    std::string name;  // "received.BU", "rejected.bad_checksum", "refused.unauthorised", ...
    std::uint64_t value = 0;
    friend bool operator==(const CounterView&, const CounterView&) = default;
};

}  // namespace dmm::control
