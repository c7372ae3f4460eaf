#include "agent/control_server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>

#include "agent/clock.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

void turn_away(int fd) {
    std::string line =
        encode(control::Failed{.code = 8,
                               .message = "there are " + std::to_string(limits::kControlClients) +
                                          " clients already; try again"});
    line.push_back('\n');
    // Whether it is read or not, the connection ends here.
    static_cast<void>(::send(fd, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace

ControlServer::ControlServer(Loop& loop, ControlSocket socket, Answerer answer)
    : loop_(loop),
      socket_(std::move(socket)),
      answer_(std::move(answer)),
      acceptable_(loop, socket_.fd(), IoWatcher::For::Reading, [this] { on_client(); }),
      turn_(loop, [this] { sweep(); }),
      pause_(loop, [this] { acceptable_.start(); }) {
    acceptable_.start();
}

void ControlServer::on_client() {
    Descriptor fd(::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
        // Out of descriptors or memory: the client stays in the queue, and asking again at
        // once would only burn time.
        acceptable_.stop();
        pause_.set(read_clock().steady + std::chrono::seconds(1));
        return;
    }
    if (clients_.size() >= limits::kControlClients) {
        turn_away(fd.get());
        return;
    }
    clients_.emplace_back(loop_, std::move(fd), answer_, socket_.access());
}

void ControlServer::trace(const control::TraceLine& line) {
    const std::string text = encode(line);
    for (ControlClient& client : clients_)
        client.trace(line.time, text);
}

void ControlServer::monitor(const control::Event& event) {
    const std::string text = encode(event);
    for (ControlClient& client : clients_)
        client.monitor(event, text);
}

void ControlServer::end_turn() {
    for (ControlClient& client : clients_)
        client.end_turn();
}

std::size_t ControlServer::tracers() const {
    return static_cast<std::size_t>(std::count_if(
        clients_.begin(), clients_.end(), [](const ControlClient& c) { return c.traces(); }));
}

std::size_t ControlServer::monitors() const {
    return static_cast<std::size_t>(std::count_if(
        clients_.begin(), clients_.end(), [](const ControlClient& c) { return c.monitors(); }));
}

void ControlServer::sweep() {
    clients_.remove_if([](const ControlClient& client) { return client.closed(); });
}

}  // namespace dmm::agent
