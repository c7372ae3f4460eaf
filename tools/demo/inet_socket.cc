#include "tools/demo/inet_socket.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>

#include "tools/demo/namespaces.h"

namespace dmm::demo {
namespace {

// A late reader must find what has arrived meanwhile: octets of receive buffer.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;

sockaddr_in6 to_sockaddr(const Endpoint& end) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(end.port);
    std::memcpy(&out.sin6_addr, end.address.octets().data(), 16);
    return out;
}

std::string text(const Endpoint& end) {
    return "[" + to_text(end.address) + "]:" + std::to_string(end.port);
}

std::expected<Descriptor, std::string> bound_socket(const std::string& netns,
                                                    int type,
                                                    const Endpoint& local) {
    const Inside inside(netns);
    if (!inside.entered()) return std::unexpected(netns + ": no such network namespace");
    Descriptor socket(::socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_in6 where = to_sockaddr(local);
    if (!socket.valid() ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
        return std::unexpected(netns + ": cannot bind to " + text(local) + ": " +
                               std::generic_category().message(errno));
    }
    return socket;
}

std::expected<void, std::string> connect_to(int socket, const Endpoint& peer) {
    const sockaddr_in6 where = to_sockaddr(peer);
    const int done = ::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof(where));
    if (done != 0 && errno != EINPROGRESS) {
        return std::unexpected("cannot connect to " + text(peer) + ": " +
                               std::generic_category().message(errno));
    }
    return {};
}

}  // namespace

std::expected<Descriptor, std::string> udp_socket(const std::string& netns,
                                                  const Endpoint& local,
                                                  const std::optional<Endpoint>& peer) {
    auto socket = bound_socket(netns, SOCK_DGRAM, local);
    if (!socket) return socket;
    (void)::setsockopt(
        socket->get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer));
    if (!peer) return socket;
    if (const auto done = connect_to(socket->get(), *peer); !done) {
        return std::unexpected(done.error());
    }
    return socket;
}

std::expected<Descriptor, std::string> tcp_listener(const std::string& netns,
                                                    const Endpoint& local) {
    auto socket = bound_socket(netns, SOCK_STREAM, local);
    if (socket && ::listen(socket->get(), 4) != 0) {
        return std::unexpected("cannot listen at " + text(local));
    }
    return socket;
}

std::expected<Descriptor, std::string> tcp_connecting(const std::string& netns,
                                                      const Endpoint& local,
                                                      const Endpoint& peer) {
    auto socket = bound_socket(netns, SOCK_STREAM, local);
    if (!socket) return socket;
    if (const auto done = connect_to(socket->get(), peer); !done) {
        return std::unexpected(done.error());
    }
    return socket;
}

bool send_to(int socket, ByteView bytes, const Endpoint& peer) {
    const sockaddr_in6 where = to_sockaddr(peer);
    return ::sendto(socket,
                    bytes.data(),
                    bytes.size(),
                    0,
                    reinterpret_cast<const sockaddr*>(&where),
                    sizeof(where)) == static_cast<ssize_t>(bytes.size());
}

}  // namespace dmm::demo
