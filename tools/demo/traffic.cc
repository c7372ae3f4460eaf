#include "tools/demo/traffic.h"

#include <array>
#include <ctime>
#include <optional>
#include <utility>

#include <sys/socket.h>

#include "tools/demo/datagram_end.h"
#include "tools/demo/inet_socket.h"
#include "tools/demo/pattern.h"
#include "tools/demo/scene.h"
#include "tools/demo/tcp_end.h"

namespace dmm::demo {
namespace {

constexpr std::uint16_t kTcpPort = 7000;
constexpr std::uint16_t kStreamPort = 7001;
constexpr std::uint16_t kProbePort = 7002;

constexpr long kTick = 1'000'000'000L / kDatagramsPerSecond;  // ns
constexpr std::uint64_t kTcpOctetsPerTick = 100;              // 100 kB/s each way
constexpr std::uint64_t kTcpEveryTicks = 16;
constexpr std::uint64_t kReceiveEveryTicks = 16;  // what has arrived can wait in the socket
constexpr std::uint64_t kLastTicks = 10'000;      // to end in order after being told to stop

constexpr Pattern kPatternUp(1);
constexpr Pattern kPatternDown(2);

// Absolute time, tick by tick: a late process finds several ticks due at once, none is
// skipped and the pace does not drift.
class Ticker {
public:
    Ticker() { (void)::clock_gettime(CLOCK_MONOTONIC, &next_); }

    // Sleeps to the next tick and returns its number, from 1.
    std::uint64_t wait() {
        next_.tv_nsec += kTick;
        if (next_.tv_nsec >= 1'000'000'000L) {
            next_.tv_nsec -= 1'000'000'000L;
            ++next_.tv_sec;
        }
        (void)::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next_, nullptr);
        return ++count_;
    }

private:
    timespec next_{};
    std::uint64_t count_ = 0;
};

struct Sockets {
    Descriptor mn_stream;
    Descriptor cn_stream;
    Descriptor mn_tcp;
    Descriptor cn_listener;
    Descriptor mn_sink;  // takes the probes
    Descriptor cn_prober;
};

// Both ends in one process with one pace: on a small machine each wake-up counts against
// what is measured. The sockets are the two hosts' own.
class Exchange {
public:
    Exchange(Sockets sockets, Tally& tally)
        : tally_(tally),
          node_(std::move(sockets.mn_stream), tally.up, tally.down),
          correspondent_(std::move(sockets.cn_stream), tally.down, tally.up),
          node_tcp_(std::move(sockets.mn_tcp), up(), down(), tally.tcp_error),
          listener_(std::move(sockets.cn_listener)),
          sink_(std::move(sockets.mn_sink)),
          prober_(std::move(sockets.cn_prober)) {}

    int run() {
        stand_back();
        Ticker ticker;
        std::uint64_t tick = 0;
        while (!tally_.stop) {
            tick = ticker.wait();
            node_.send_until(tick);
            correspondent_.send_until(tick);
            probe();
            if (tick % kReceiveEveryTicks == 0) receive();
            if (tick % kTcpEveryTicks == 0) turn_tcp(tick * kTcpOctetsPerTick);
        }
        node_tcp_.finish();
        if (correspondent_tcp_) correspondent_tcp_->finish();
        const std::uint64_t bound = tick + kLastTicks;
        while (!ended() && tick < bound) {
            tick = ticker.wait();
            receive();
            turn_tcp(0);
        }
        return 0;
    }

private:
    [[nodiscard]] TcpDirection up() const {
        return {.pattern = kPatternUp, .tally = tally_.tcp_up};
    }

    [[nodiscard]] TcpDirection down() const {
        return {.pattern = kPatternDown, .tally = tally_.tcp_down};
    }

    [[nodiscard]] bool ended() const {
        return node_tcp_.ended() && (!correspondent_tcp_ || correspondent_tcp_->ended());
    }

    void receive() {
        node_.receive();
        correspondent_.receive();
        Datagram dropped{};
        while (::recv(sink_.get(), dropped.data(), dropped.size(), 0) > 0) {
        }
    }

    // Sends up to the octet `due`, each way.
    void turn_tcp(std::uint64_t due) {
        accept();
        node_tcp_.receive();
        node_tcp_.send_until(due);
        if (!correspondent_tcp_) return;
        correspondent_tcp_->receive();
        correspondent_tcp_->send_until(due);
    }

    // Takes the first connection; every further one is counted and closed.
    void accept() {
        Descriptor fresh(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fresh.valid()) return;
        ++tally_.connections;
        if (!correspondent_tcp_) {
            correspondent_tcp_.emplace(std::move(fresh), down(), up(), tally_.tcp_error);
        }
    }

    void probe() const {
        if (!tally_.probing) return;
        std::array<std::uint8_t, 16> octets{};
        for (std::size_t i = 0; i < octets.size(); ++i) {
            octets[i] = tally_.probe[i];
        }
        const Datagram datagram{};
        (void)send_to(prober_.get(), datagram, {.address = Ip6Address(octets), .port = kProbePort});
    }

    Tally& tally_;
    DatagramEnd node_;
    DatagramEnd correspondent_;
    TcpEnd node_tcp_;
    std::optional<TcpEnd> correspondent_tcp_;
    Descriptor listener_;
    Descriptor sink_;
    Descriptor prober_;
};

std::expected<Sockets, std::string> open_sockets(const std::string& mn_netns,
                                                 const std::string& cn_netns,
                                                 const Ip6Address& first) {
    const Endpoint cn_stream{.address = cn_address(), .port = kStreamPort};
    const Endpoint mn_stream{.address = first, .port = kStreamPort};
    const Endpoint cn_tcp{.address = cn_address(), .port = kTcpPort};
    auto cn_udp = udp_socket(cn_netns, cn_stream, mn_stream);
    auto prober = udp_socket(cn_netns, {.address = cn_address(), .port = kProbePort}, {});
    auto listener = tcp_listener(cn_netns, cn_tcp);
    auto mn_udp = udp_socket(mn_netns, mn_stream, cn_stream);
    auto sink = udp_socket(mn_netns, {.address = {}, .port = kProbePort}, {});
    for (const auto* socket : {&cn_udp, &prober, &listener, &mn_udp, &sink}) {
        if (!*socket) return std::unexpected(socket->error());
    }
    auto mn_tcp = tcp_connecting(mn_netns, {.address = first, .port = 0}, cn_tcp);
    if (!mn_tcp) return std::unexpected(mn_tcp.error());
    return Sockets{.mn_stream = std::move(*mn_udp),
                   .cn_stream = std::move(*cn_udp),
                   .mn_tcp = std::move(*mn_tcp),
                   .cn_listener = std::move(*listener),
                   .mn_sink = std::move(*sink),
                   .cn_prober = std::move(*prober)};
}

}  // namespace

std::expected<Process, std::string> start_traffic(const std::string& mn_netns,
                                                  const std::string& cn_netns,
                                                  const Ip6Address& first,
                                                  Tally& tally) {
    auto sockets = open_sockets(mn_netns, cn_netns, first);
    if (!sockets) return std::unexpected(sockets.error());
    return Process::start(mn_netns, [&] { return Exchange(std::move(*sockets), tally).run(); });
}

}  // namespace dmm::demo
