#include "tests/crash/transfer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "tools/demo/inet_socket.h"
#include "tools/demo/pattern.h"
#include "tools/demo/scene.h"
#include "tools/demo/tcp_end.h"

namespace dmm::crash {
namespace {

using demo::Descriptor;
using demo::milliseconds;

constexpr std::uint16_t kPort = 7100;
constexpr int kTickMs = 20;
constexpr std::uint64_t kOctetsPerTick = 200;  // 10 kB/s each way
constexpr std::uint64_t kMore = 1000;
constexpr int kLastTicks = 1000;  // to end in order
constexpr milliseconds kEndBound{30'000};

std::string direction_fault(const demo::OctetTally& tally, const std::string& name) {
    const std::string intact = std::to_string(tally.intact.load());
    if (tally.corrupt) return name + ": octet " + intact + " is not as sent";
    if (!tally.finished || tally.intact != tally.sent) {
        return name + ": " + intact + " of " + std::to_string(tally.sent.load()) +
               " octets arrived" + (tally.finished ? "" : ", without an end");
    }
    return {};
}

}  // namespace

// Both ends of one connection.
class Transfer::Pair {
public:
    Pair(Descriptor node, Descriptor listener, Connection& board, std::uint64_t salt)
        : board_(board),
          up_(salt),
          down_(salt + 1),
          node_(std::move(node),
                {.pattern = up_, .tally = board.up},
                {.pattern = down_, .tally = board.down},
                board.error),
          listener_(std::move(listener)) {}

    void turn(std::uint64_t due) {
        accept();
        node_.receive();
        node_.send_until(due);
        if (!far_) return;
        far_->receive();
        far_->send_until(due);
    }

    void finish() {
        node_.finish();
        if (far_) far_->finish();
    }

    [[nodiscard]] bool ended() const { return node_.ended() && (!far_ || far_->ended()); }

private:
    void accept() {
        Descriptor fresh(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fresh.valid()) return;
        ++board_.accepted;
        if (far_) return;
        far_.emplace(std::move(fresh),
                     demo::TcpDirection{.pattern = down_, .tally = board_.down},
                     demo::TcpDirection{.pattern = up_, .tally = board_.up},
                     board_.error);
    }

    Connection& board_;
    demo::Pattern up_;
    demo::Pattern down_;
    demo::TcpEnd node_;
    Descriptor listener_;
    std::optional<demo::TcpEnd> far_;
};

int Transfer::play(Board& board, const std::string& cn_netns, const std::vector<End>& nodes) {
    demo::stand_back();
    std::vector<std::unique_ptr<Pair>> pairs;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const demo::Endpoint cn{.address = demo::cn_address(),
                                .port = static_cast<std::uint16_t>(kPort + i)};
        auto listener = demo::tcp_listener(cn_netns, cn);
        auto node =
            demo::tcp_connecting(nodes[i].netns, {.address = nodes[i].address, .port = 0}, cn);
        if (!listener || !node) return 1;
        pairs.push_back(std::make_unique<Pair>(
            std::move(*node), std::move(*listener), board.connections.at(i), 2 * i + 1));
    }
    std::uint64_t due = 0;
    for (; !board.stop; due += kOctetsPerTick) {
        (void)::poll(nullptr, 0, kTickMs);
        for (auto& pair : pairs)
            pair->turn(due);
    }
    for (auto& pair : pairs)
        pair->turn(due);
    for (auto& pair : pairs)
        pair->finish();
    const auto running = [](const auto& pair) { return !pair->ended(); };
    for (int i = 0; i < kLastTicks && std::any_of(pairs.begin(), pairs.end(), running); ++i) {
        (void)::poll(nullptr, 0, kTickMs);
        for (auto& pair : pairs)
            pair->turn(0);
    }
    return 0;
}

std::expected<Transfer, std::string> Transfer::start(const std::string& cn_netns,
                                                     const std::vector<End>& nodes) {
    if (nodes.size() > kMost) return std::unexpected("too many connections");
    void* memory =
        ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return std::unexpected("no shared memory");
    Transfer out;
    out.board_ = new (memory) Board;
    out.count_ = nodes.size();
    out.process_ =
        demo::Process::start(cn_netns, [&] { return play(*out.board_, cn_netns, nodes); });
    return out;
}

std::uint64_t Transfer::octets(std::size_t node) const {
    const Connection& one = board_->connections.at(node);
    return std::min(one.up.intact.load(), one.down.intact.load());
}

std::string Transfer::fault(std::size_t node) const {
    const Connection& one = board_->connections.at(node);
    if (one.error != 0) return std::generic_category().message(one.error);
    if (one.accepted > 1) return "expected one connection, saw " + std::to_string(one.accepted);
    return one.up.corrupt || one.down.corrupt ? "an octet is not as sent" : "";
}

std::string Transfer::await_progress(milliseconds bound) const {
    std::vector<std::uint64_t> goals;
    for (std::size_t i = 0; i < count_; ++i)
        goals.push_back(octets(i) + kMore);
    const auto deadline = std::chrono::steady_clock::now() + bound;
    for (;;) {
        std::string waiting;
        for (std::size_t i = 0; i < count_; ++i) {
            const std::string which = "connection " + std::to_string(i + 1) + ": ";
            if (const std::string broken = fault(i); !broken.empty()) return which + broken;
            if (octets(i) < goals[i]) waiting = which + "no octets pass any more";
        }
        if (waiting.empty() || std::chrono::steady_clock::now() > deadline) return waiting;
        (void)::poll(nullptr, 0, kTickMs);
    }
}

std::string Transfer::stop() {
    board_->stop = true;
    const bool ended = process_.wait(kEndBound).has_value();
    for (std::size_t i = 0; i < count_; ++i) {
        const Connection& one = board_->connections.at(i);
        const std::string which = "connection " + std::to_string(i + 1) + ": ";
        if (const std::string broken = fault(i); !broken.empty()) return which + broken;
        for (const std::string& text :
             {direction_fault(one.up, "node -> cn"), direction_fault(one.down, "cn -> node")}) {
            if (!text.empty()) return which + text;
        }
    }
    return ended ? "" : "the transfer does not end";
}

}  // namespace dmm::crash
