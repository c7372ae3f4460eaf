// The words of the control protocol.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "lib/control/protocol.h"

namespace dmm::control {

inline constexpr std::int64_t kVersion = 1;

// Of the findings in a reply to "check".
inline constexpr std::string_view kFindings = "check";

// Of what is in a reply to "reload" and "log".
inline constexpr std::string_view kReload = "reload";
inline constexpr std::string_view kLog = "log";
// Of the text in a reply to "metrics".
inline constexpr std::string_view kMetrics = "metrics";

struct ShowName {
    Show what;
    std::string_view name;  // of the view in a request, and of its rows in a reply
};

inline constexpr std::array<ShowName, 7> kShowNames{{{Show::Status, "status"},
                                                     {Show::Nodes, "nodes"},
                                                     {Show::Forwarding, "forwarding"},
                                                     {Show::Peers, "peers"},
                                                     {Show::Counters, "counters"},
                                                     {Show::Config, "config"},
                                                     {Show::Handovers, "handovers"}}};

}  // namespace dmm::control
