// TCP connections between nodes and the correspondent, with checked content both ways, that go on
// for as long as a test lasts. One child process plays all ends.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "lib/base/ip.h"
#include "tools/demo/process.h"
#include "tools/demo/tally.h"

namespace dmm::crash {

// One connection, in memory that is shared with the child.
struct Connection {
    demo::OctetTally up;    // node -> correspondent
    demo::OctetTally down;  // correspondent -> node
    std::atomic<int> accepted{0};
    std::atomic<int> error{0};  // the first errno of either end
};

class Transfer {
public:
    struct End {
        std::string netns;
        Ip6Address address;  // of the node
    };

    // Connects every one of `nodes`, at most 16, with the correspondent in `cn_netns`.
    [[nodiscard]] static std::expected<Transfer, std::string> start(const std::string& cn_netns,
                                                                    const std::vector<End>& nodes);

    // What has arrived intact, in the slower direction.
    [[nodiscard]] std::uint64_t octets(std::size_t node) const;
    // What is wrong already; "" if nothing.
    [[nodiscard]] std::string fault(std::size_t node) const;
    // Waits until every connection has brought some more octets, each way; what did not, or "".
    [[nodiscard]] std::string await_progress(demo::milliseconds bound) const;
    // Ends all in order; what was not as it should be, or "".
    [[nodiscard]] std::string stop();

private:
    static constexpr std::size_t kMost = 16;

    struct Board {
        std::atomic<bool> stop{false};
        std::array<Connection, kMost> connections;
    };

    // Shared with the child until both have ended: never unmapped.
    Board* board_ = nullptr;
    std::size_t count_ = 0;
    demo::Process process_;

    static int play(Board& board, const std::string& cn_netns, const std::vector<End>& nodes);
    class Pair;
};

}  // namespace dmm::crash
