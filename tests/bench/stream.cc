#include "tests/bench/stream.h"

#include <cstdint>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/descriptor.h"

namespace dmm::bench {
namespace {

using agent::Descriptor;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t kPort = 5001;
constexpr std::size_t kChunk = 65'536;
constexpr int kPatienceMs = 10'000;
constexpr std::chrono::milliseconds kStart{400};

Descriptor tcp_socket() {
    return Descriptor(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

sockaddr_in6 at(const std::string& address, std::uint16_t port) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(port);
    (void)inet_pton(AF_INET6, address.c_str(), &out.sin6_addr);
    return out;
}

int pour(const sockaddr_in6& from, const sockaddr_in6& to) {
    const Descriptor peer = tcp_socket();
    if (bind(peer.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) return 1;
    if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return 1;
    const std::vector<char> chunk(kChunk);
    while (send(peer.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL) > 0) {
    }
    return 0;
}

bool is_readable(const Descriptor& fd) {
    pollfd ready{.fd = fd.get(), .events = POLLIN, .revents = 0};
    return poll(&ready, 1, kPatienceMs) > 0;
}

// The octets that arrive until `end`, or before the stream stops.
double take_until(const Descriptor& peer, Clock::time_point end) {
    std::vector<char> chunk(kChunk);
    double octets = 0;
    while (Clock::now() < end && is_readable(peer)) {
        const auto got = read(peer.get(), chunk.data(), chunk.size());
        if (got <= 0) break;
        octets += static_cast<double>(got);
    }
    return octets;
}

}  // namespace

double stream(const NetworkNamespace& from,
              const std::string& source,
              const NetworkNamespace& to,
              const std::string& address,
              std::chrono::milliseconds duration) {
    to.enter();
    const Descriptor listener = tcp_socket();
    const sockaddr_in6 here = at(address, kPort);
    const int yes = 1;
    (void)setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) return 0;
    if (listen(listener.get(), 1) != 0) return 0;
    const Child sender([&] {
        from.enter();
        return pour(at(source, /*port=*/0), here);
    });
    if (!is_readable(listener)) return 0;
    const Descriptor peer(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    (void)take_until(peer, Clock::now() + kStart);
    const auto began = Clock::now();
    const double octets = take_until(peer, began + duration);
    return octets * 8 / std::chrono::duration<double, std::micro>(Clock::now() - began).count();
}

}  // namespace dmm::bench
