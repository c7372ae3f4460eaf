#include "tools/demo/echo.h"

#include <array>
#include <cstdint>

#include <poll.h>
#include <sys/socket.h>

#include "tools/demo/datagram_end.h"
#include "tools/demo/inet_socket.h"
#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr std::uint16_t kEchoPort = 7003;

// Answers what has come so far to whoever sent it.
void answer_echoes(int socket) {
    Datagram buffer{};
    sockaddr_storage from{};
    socklen_t size = sizeof(from);
    const ssize_t got = ::recvfrom(
        socket, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) return;
    (void)::sendto(socket,
                   buffer.data(),
                   static_cast<std::size_t>(got),
                   0,
                   reinterpret_cast<const sockaddr*>(&from),
                   size);
}

}  // namespace

bool echoes(const std::string& mn_netns, const std::string& cn_netns, const Ip6Address& address) {
    constexpr int kTries = 10;
    constexpr int kTryMs = 100;
    const Endpoint cn{.address = cn_address(), .port = kEchoPort};
    const auto far = udp_socket(cn_netns, cn, {});
    const auto near = udp_socket(mn_netns, {.address = address, .port = kEchoPort}, cn);
    if (!far || !near) return false;
    const Datagram question{};
    Datagram reply{};
    for (int i = 0; i < kTries; ++i) {
        (void)send_to(near->get(), question, cn);
        std::array<pollfd, 2> ready{{{.fd = far->get(), .events = POLLIN, .revents = 0},
                                     {.fd = near->get(), .events = POLLIN, .revents = 0}}};
        // Two turns: the question reaches the correspondent, the answer the node.
        for (int turn = 0; turn < 2; ++turn) {
            (void)::poll(ready.data(), ready.size(), kTryMs);
            answer_echoes(far->get());
            if (::recv(near->get(), reply.data(), reply.size(), 0) > 0) return true;
        }
    }
    return false;
}

}  // namespace dmm::demo
