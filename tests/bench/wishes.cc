#include "tests/bench/wishes.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

#include "lib/kernel/dry_run.h"
#include "lib/kernel/netlink_socket.h"
#include "tests/bench/nodes.h"
#include "tests/kernel/stand_in.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;
using Clock = std::chrono::steady_clock;
using kernel::NetlinkSocket;

[[noreturn]] void give_up(const KernelError& error) {
    (void)std::fprintf(stderr, "bench: `%s`: %s\n", error.operation.c_str(), error.text.c_str());
    std::exit(1);
}

// A socket to the kernel that knows how long it takes.
class TimedSocket final : public kernel::Transport {
public:
    TimedSocket(NetlinkSocket::Protocol protocol, KernelTime& spent) : spent_(spent) {
        auto socket = NetlinkSocket::open(protocol);
        if (!socket) give_up(socket.error());
        socket_ = *std::move(socket);
        if (protocol == NetlinkSocket::Protocol::Route) stand_in_.emplace(*socket_);
    }

private:
    kernel::Transport& inner() {
        return stand_in_ ? static_cast<kernel::Transport&>(*stand_in_) : *socket_;
    }

    template <typename Work>
    auto timed(const Work& work) {
        const auto began = Clock::now();
        auto out = work();
        spent_ += std::chrono::nanoseconds(Clock::now() - began).count();
        return out;
    }

public:
    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        return timed([&] { return inner().send(batch); });
    }

    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override {
        return timed([&] { return inner().receive(); });
    }

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override {
        return timed([&] { return inner().index_of(name); });
    }

private:
    KernelTime& spent_;
    std::unique_ptr<NetlinkSocket> socket_;
    std::optional<kernel::StandInTunnels> stand_in_;
};

// What the data plane would say to a shell.
class Rehearsal {
public:
    Rehearsal() : plane_(bare_settings(), std::make_unique<kernel::DryRunTransport>(printed_)) {
        (void)plane_.start(kernel::Inheritance::Refuse);
        (void)take();
        (void)plane_.start_filter({"lan0"}, std::make_unique<kernel::DryRunTransport>(printed_));
    }

    agent::DataPlane& plane() { return plane_; }

    Script take() {
        Script out;
        std::istringstream lines(printed_.str());
        printed_.str("");
        for (std::string line; std::getline(lines, line);) {
            std::string_view rest = line;
            const bool is_ip = rest.starts_with("ip ");
            for (const std::string_view word : {"ip ", "-6 ", "nft "}) {
                if (rest.starts_with(word)) rest.remove_prefix(word.size());
            }
            std::string& to = is_ip ? out.ip : out.nft;
            to += rest;
            to += '\n';
        }
        std::erase(out.nft, '\'');
        return out;
    }

private:
    std::ostringstream printed_;
    agent::DataPlane plane_;
};

}  // namespace

SessionForwarding wish_of(std::uint64_t node) {
    const Dlif dlif{.over = {.name = "lan0"},
                    .mn = LinkLayerAddress(mac_of(node)),
                    .identity = derive_dlif(Domain::maar_address(1))};
    return {.dlifs = {dlif}, .down = {{.to = prefix_of(1, node), .via = dlif}}, .up = {}};
}

kernel::DriverSettings bare_settings() {
    return {.local = Domain::maar_address(1), .core_interface = {}};
}

std::unique_ptr<agent::DataPlane> open_data_plane(const kernel::DriverSettings& settings,
                                                  KernelTime& spent,
                                                  bool checks) {
    auto out = std::make_unique<agent::DataPlane>(
        settings, std::make_unique<TimedSocket>(NetlinkSocket::Protocol::Route, spent));
    auto started = out->start(kernel::Inheritance::Refuse);
    if (started && checks) {
        started = out->start_filter(
            {"lan0"}, std::make_unique<TimedSocket>(NetlinkSocket::Protocol::Netfilter, spent));
    }
    if (!started) give_up(started.error());
    return out;
}

Script script_of(std::uint64_t first, std::uint64_t end) {
    Rehearsal rehearsal;
    (void)rehearsal.take();
    for (std::uint64_t node = first; node < end; ++node)
        rehearsal.plane().want(mn_of(node, Naming::Eui48), Revision{1}, wish_of(node));
    (void)rehearsal.plane().flush({});
    return rehearsal.take();
}

std::string nft_table() {
    return Rehearsal().take().nft;
}

}  // namespace dmm::bench
