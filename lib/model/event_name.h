// The names of all events that a person is told of: in the log, by `dmmctl monitor`, to hooks.
// They stay the same between versions; dmmd(8) has each with its fields.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dmm {

inline constexpr std::array<std::string_view, 46> kEventNames{
    // of nodes
    "attached",
    "registered",
    "handover",
    "refreshed",
    "absent",
    "expired",
    "deregistered",
    "anchor_dropped",
    "registration_refused",
    "no_answer",
    "forwarding_failed",
    "node_refused",
    "resumed",
    "not_resumed",
    "anchor_restored",
    "update_delayed",
    // of messages and peers
    "message_refused",
    "message_malformed",
    "peer_lost",
    "peer_found",
    "peer_restarted",
    "peer_limited",
    // of the daemon and its host
    "started",
    "stopping",
    "stopped",
    "reload",
    "config_changed",
    "config_error",
    "config_refused",
    "control",
    "link_ready",
    "link_missing",
    "object_restored",
    "object_missing",
    "foreign_object",
    "not_removed",
    "forwarding_off",
    "source_check_off",
    "source_check_restored",
    "check",
    "metrics_exposed",
    "send_failed",
    "snapshot_refused",
    "snapshot_ended",
    "recording_ended",
    "hook_failed",
};

[[nodiscard]] constexpr bool is_event_name(std::string_view name) {
    return std::find(kEventNames.begin(), kEventNames.end(), name) != kEventNames.end();
}

}  // namespace dmm
