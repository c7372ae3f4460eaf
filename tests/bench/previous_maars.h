// MAARs 2 to 9 of the benchmarks' domain, as far as the CMD and the MAAR that is measured can see
// them: they register nodes and confirm what the CMD tells them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "agent/descriptor.h"
#include "lib/wire/message.h"

namespace dmm::bench {

class PreviousMaars {
public:
    static constexpr std::uint64_t kMost = 8;

    // In this network namespace, which has their addresses.
    PreviousMaars();

    // The node visits MAARs 2 to `count` + 1 one after another; exits with a word when one of them
    // is refused.
    void visit(std::uint64_t node, std::uint64_t count);
    // Confirms what comes until nothing has come for so long.
    void settle(std::chrono::milliseconds quiet);

private:
    // The PBA that came to MAAR `maar`, if one did.
    [[nodiscard]] std::optional<wire::ProxyBindingAck> take(std::uint64_t maar);
    [[nodiscard]] wire::ProxyBindingAck await(std::uint64_t maar);
    void send(std::uint64_t maar, const wire::Message& message);

    std::array<agent::Descriptor, kMost> sockets_;  // of MAAR n at n - 2
    std::uint16_t sequence_ = 0;
};

}  // namespace dmm::bench
