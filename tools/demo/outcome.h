// What the demonstration found, and its judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "tools/demo/rtnetlink.h"

namespace dmm::demo {

struct MoveOutcome {
    int from = 0;
    int to = 0;
    std::optional<Duration> to_advert;
    std::optional<Duration> to_old_prefix;
    std::optional<std::uint32_t> lost_up;    // node -> correspondent
    std::optional<std::uint32_t> lost_down;  // correspondent -> node
};

struct Outcome {
    int planned_moves = 0;
    Duration interface_floor{};  // floor.h: how fast this machine is
    std::vector<MoveOutcome> moves;
    std::uint64_t tcp_octets = 0;
    std::string tcp_fault = "the transfer was not begun";  // "" if intact
    std::optional<std::size_t> leftovers;                  // nullopt: not looked for
    std::vector<std::string> faults;                       // all else: expected, seen

    [[nodiscard]] bool good() const;
};

// What differs from: each address of `held` still there, one address per MAAR visited, the
// one of the MAAR `at` preferred, all others deprecated, none tentative. Empty if nothing.
[[nodiscard]] std::vector<std::string> address_faults(int at,
                                                      const std::vector<NodeAddress>& held,
                                                      const std::vector<NodeAddress>& now);

// The table of moves beside the predecessor's figures.
[[nodiscard]] std::vector<std::string> table(const Outcome& outcome);

// The last line, for programs.
[[nodiscard]] std::string summary(const Outcome& outcome);

}  // namespace dmm::demo
