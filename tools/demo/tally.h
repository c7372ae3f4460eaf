// What the two ends of the traffic count, in memory that they share with the process that
// judges: no message of the bookkeeping crosses the network that is measured.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace dmm::demo {

inline constexpr std::uint32_t kDatagramsPerSecond = 1000;  // per direction
inline constexpr std::uint32_t kDatagramsAtMost = 300 * kDatagramsPerSecond;

// One direction of the UDP stream. Sequence numbers begin at 0.
struct DatagramTally {
    std::atomic<std::uint32_t> sent{0};  // numbers below this have left
    std::array<std::atomic<std::uint8_t>, kDatagramsAtMost> arrived{};

    void note_arrival(std::uint32_t sequence) {
        if (sequence < kDatagramsAtMost) arrived[sequence].store(1, std::memory_order_relaxed);
    }

    // How many of the numbers from `begin` to below `end` never arrived.
    [[nodiscard]] std::uint32_t lost(std::uint32_t begin, std::uint32_t end) const;
};

// One direction of the TCP transfer.
struct OctetTally {
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> intact{0};  // received, each as it was sent
    std::atomic<bool> corrupt{false};      // an octet differed
    std::atomic<bool> finished{false};     // the other end closed in order
};

struct Tally {
    DatagramTally up;    // node -> correspondent
    DatagramTally down;  // correspondent -> node
    OctetTally tcp_up;
    OctetTally tcp_down;
    std::atomic<std::uint32_t> connections{0};  // accepted by the correspondent
    std::atomic<int> tcp_error{0};              // the first errno of either end
    std::atomic<bool> stop{false};              // told by the judge: come to an end
    // While set, the correspondent sends kDatagramsPerSecond to `probe` besides.
    std::atomic<bool> probing{false};
    std::array<std::atomic<std::uint8_t>, 16> probe{};

    // Empty if every octet arrived as sent, both ways, over one connection; else what was
    // wrong.
    [[nodiscard]] std::string tcp_fault() const;

    [[nodiscard]] std::uint64_t tcp_octets() const { return tcp_up.intact + tcp_down.intact; }
};

struct Unmap {
    void operator()(Tally* tally) const;
};

using SharedTally = std::unique_ptr<Tally, Unmap>;

// Zeroed, and shared with every child that is forked later.
[[nodiscard]] std::expected<SharedTally, std::string> make_tally();

}  // namespace dmm::demo
