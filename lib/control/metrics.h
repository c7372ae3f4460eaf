// What a monitoring system asks a daemon for, as values, and as text in the exposition format of
// Prometheus. Every label takes its values from tables of ours or from the configuration, so that
// no node and no stranger can make the list grow. dmmctl(8) lists the names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/duration_histogram.h"
#include "lib/base/time.h"

namespace dmm::control {

// What was counted under one value of a label.
struct LabelledCount {
    std::string label;
    std::uint64_t value = 0;
    friend bool operator==(const LabelledCount&, const LabelledCount&) = default;
};

using LabelledCounts = std::vector<LabelledCount>;

struct ProcessMetrics {
    std::string version;
    std::string role;  // "maar" or "cmd"
    Duration uptime{};
    std::uint64_t resident_octets = 0;
    std::uint64_t loop_turns = 0;
};

struct MessageMetrics {
    LabelledCounts received;  // by the name of the message
    LabelledCounts sent;
    LabelledCounts acks_received;  // by the name of their status
    LabelledCounts acks_sent;
    LabelledCounts rejected;      // Mobility Headers that are malformed, by the fault
    LabelledCounts solicitation;  // Router Solicitations that are, by the fault
    LabelledCounts refused;       // well-formed, but not followed, by the reason
    LabelledCounts dropped;       // without a look at what they say
    std::uint64_t send_errors = 0;
};

struct MaarMetrics {
    std::uint64_t pool_prefixes = 0;  // UINT64_MAX if there are as many or more
    std::uint64_t pool_used = 0;
    std::uint64_t pool_resting = 0;
    LabelledCounts attachments;  // by how they ended
    LabelledCounts arrived;      // handovers to this MAAR
    LabelledCounts left;         // and from it
    DurationHistogram registration;
    DurationHistogram attach;
    DurationHistogram handover;
    DurationHistogram forwarding;
};

struct CmdMetrics {
    std::uint64_t prefixes = 0;
    LabelledCounts told;  // MAARs, of handovers, by what came of it
};

struct KernelMetrics {
    std::uint64_t objects = 0;  // wished for
    std::uint64_t missing = 0;  // of those, removed by others and not there again yet
    std::uint64_t batches = 0;
    std::uint64_t operations = 0;
    std::uint64_t failures = 0;
    std::uint64_t restored = 0;
    std::uint64_t foreign = 0;
};

// As far as the kernel was asked in time: what passed between the last look and the end of a
// node's session is missing.
struct TrafficMetrics {
    std::uint64_t packets_up = 0;
    std::uint64_t octets_up = 0;
    std::uint64_t packets_down = 0;
    std::uint64_t octets_down = 0;
    std::uint64_t spoofed = 0;  // packets
    std::uint64_t rebuilt = 0;  // times that the table was made anew
};

struct RoundTripMetrics {
    Duration last{};
    Duration smoothed{};
};

struct PeerMetrics {
    std::string address;
    std::string role;
    std::optional<bool> up;  // absent: not known, or not asked
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::optional<Duration> silent;
    std::optional<RoundTripMetrics> update;
    std::optional<RoundTripMetrics> heartbeat;
};

struct Metrics {
    ProcessMetrics process;
    LabelledCounts nodes;  // by the state of their sessions
    std::uint64_t anchors = 0;
    LabelledCounts events;  // by the name of the note
    MessageMetrics messages;
    DurationHistogram answer;
    DurationHistogram round_trip;
    std::optional<MaarMetrics> maar;
    std::optional<CmdMetrics> cmd;
    std::optional<KernelMetrics> kernel;
    std::optional<TrafficMetrics> traffic;  // where sources are checked
    std::vector<PeerMetrics> peers;
    LabelledCounts others;  // counters that have no family of their own, "group.name"
};

[[nodiscard]] std::string metrics_text(const Metrics& metrics);

}  // namespace dmm::control
