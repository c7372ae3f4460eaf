// Plays a script to its end and lets the oracle look.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/script.h"

namespace dmm::test {

// The engines' own lifetime, and the slowest back-off behind it: what a lost answer left
// unsaid, the S-MAAR hears with the answer to its first renewal, which lists all anchors anew.
// Only then must the lists agree.
inline constexpr Duration kSettling = std::chrono::seconds(600 + 80);

// An anchor that the CMD could not tell anything keeps its state for a day.
inline constexpr Duration kFading = std::chrono::hours(25);

struct Outcome {
    std::vector<std::string> violations;  // the first kind of them first; empty is good
    std::vector<Decision> decisions;      // what the odds did
    std::uint64_t messages = 0;           // until all was quiet
    std::uint64_t moves = 0;
};

using Listener = std::function<void(const std::string&)>;
[[nodiscard]] Outcome play(const Script& script, const Listener& listener = {});

// The most messages that so many moves may cost when no message meets a fault.
[[nodiscard]] std::uint64_t message_bound(const Script& script, std::uint64_t moves);

// A violation without names, numbers and times: what two runs have in common.
[[nodiscard]] std::string kind_of(const std::string& violation);

}  // namespace dmm::test
