// Which nodes are to be shown. The daemon picks them, so that one of a million costs no answer
// of a million rows; words are judged here for both sides.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/ip.h"

namespace dmm::control {

// A node passes that is all of what is set.
struct NodeFilter {
    std::string mn;                // a name, or a pattern with * and ?; "": any
    std::optional<Prefix> prefix;  // one of the node's prefixes holds it, or lies in it
    std::string link;              // its access link, of a MAAR; "": any
    std::string state;             // of its session, one of kNodeStates; "": any
    friend bool operator==(const NodeFilter&, const NodeFilter&) = default;
};

inline constexpr std::array<std::string_view, 4> kNodeFilterKeys{"mn", "prefix", "link", "state"};

// Of sessions: the first five on a MAAR, the others on a CMD.
inline constexpr std::array<std::string_view, 8> kNodeStates{
    "registering", "serving", "previous", "leaving", "refused", "bound", "closing", "ending"};

// The error is a sentence that says what was found and what would be right.
[[nodiscard]] std::expected<void, std::string> set(NodeFilter& filter,
                                                   std::string_view key,
                                                   std::string_view value);

// As set() takes it; "" when nothing is set.
[[nodiscard]] std::string value_of(const NodeFilter& filter, std::string_view key);

}  // namespace dmm::control
