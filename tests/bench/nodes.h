// The nodes that the benchmarks speak of, and what their MAARs and the CMD say of them.
#pragma once

#include <array>
#include <cstdint>

#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/event.h"
#include "lib/core/registration.h"
#include "lib/model/mobile_node.h"

namespace dmm::bench {

enum class Naming : std::uint8_t { Eui48, Nai };

struct Node {
    std::uint64_t number = 0;  // below 2^24
    Naming naming = Naming::Eui48;
    // As this product's MAARs do.
    bool signals_dlif = false;
};

// A made-up time, 20 us later with every step.
[[nodiscard]] Now at(std::uint64_t step);
[[nodiscard]] std::array<std::uint8_t, 6> mac_of(std::uint64_t node);
[[nodiscard]] MnId mn_of(std::uint64_t node, Naming naming);
// The pool of MAAR `maar`, from 1 to 9, has room for all nodes.
[[nodiscard]] Prefix pool_of(std::uint64_t maar);
// What the node gets there.
[[nodiscard]] Prefix prefix_of(std::uint64_t maar, std::uint64_t node);

[[nodiscard]] core::Registration registration_of(const Node& node,
                                                 std::uint64_t maar,
                                                 std::uint64_t step);
// The node registers at `maar`, or refreshes what it has there.
[[nodiscard]] core::MessageReceived pbu_of(const Node& node,
                                           std::uint64_t maar,
                                           std::uint64_t step);
// What the P-MAAR, MAAR 2, answers to the CMD's PBU among `actions`.
[[nodiscard]] core::MessageReceived confirmation_of(const Node& node,
                                                    const core::Actions& actions,
                                                    std::uint64_t step);

}  // namespace dmm::bench
