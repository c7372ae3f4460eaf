// PBUs by the hundred thousand over a raw socket of IPPROTO_MH, and the floor below whoever
// answers them: a process that sends back what it receives.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/descriptor.h"
#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::bench {

// A raw Mobility Header socket with room for some thousand messages; exits with a word when it
// cannot be had. It waits a second for messages at most.
[[nodiscard]] agent::Descriptor open_mobility_header(const Ip6Address& address);

enum class Echoing : std::uint8_t {
    InBatches,  // many messages a system call
    OneByOne,   // recvfrom(2), sendto(2)
};

// Sends everything that comes to `address` back to where it came from; never returns.
int echo(const Ip6Address& address, Echoing how);

// What came of a slice of load.
struct Answers {
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;  // PBAs that say no
    std::uint64_t lost = 0;     // no answer within a second
    std::chrono::nanoseconds elapsed{};

    [[nodiscard]] double per_second() const;
};

// Refreshes of nodes at MAAR 1, each with the time of its sending and the next sequence number.
class Refreshes {
public:
    // Sent from the address of MAAR 1, in this network namespace.
    explicit Refreshes(std::uint64_t nodes);

    // Each node once, the first time a registration; `window` messages are under way at most.
    [[nodiscard]] Answers all(const Ip6Address& to, std::size_t window);
    // For so long.
    [[nodiscard]] Answers some(const Ip6Address& to,
                               std::size_t window,
                               std::chrono::nanoseconds duration);

    [[nodiscard]] std::size_t message_octets() const { return octets_; }

private:
    class Flow;

    void prepare(std::size_t node);

    agent::Descriptor fd_;
    std::size_t octets_ = 0;  // of each message
    std::size_t timestamp_at_ = 0;
    Bytes messages_;
    std::vector<std::uint16_t> sequence_;
    std::size_t next_ = 0;
};

}  // namespace dmm::bench
