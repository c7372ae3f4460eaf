#include "agent/metrics_server.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/clock.h"
#include "agent/http_request.h"
#include "agent/socket_address.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

// How old an answer may be: to count all nodes takes some milliseconds, which nobody shall have us
// spend at will.
constexpr std::chrono::seconds kFreshness{1};

void turn_away(int fd) {
    const std::string text =
        http_answer({.status = HttpStatus::Unavailable}, "", read_clock().wall);
    // Whether it is read or not, the connection ends here; but what waits unread would have the
    // kernel take the answer back.
    std::array<char, limits::kHttpRequestOctets> octets{};
    static_cast<void>(::recv(fd, octets.data(), octets.size(), MSG_DONTWAIT));
    static_cast<void>(::send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace

std::expected<Descriptor, int> listen_at(const MetricsSettings& where) {
    Descriptor fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return std::unexpected(errno);
    const int on = 1;
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
        return std::unexpected(errno);
    }
    sockaddr_in6 address = to_sockaddr(where.address);
    address.sin6_port = htons(where.port);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface.
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    constexpr int kQueue = 32;
    if (::bind(fd.get(), to, sizeof address) != 0 || ::listen(fd.get(), kQueue) != 0) {
        return std::unexpected(errno);
    }
    return fd;
}

MetricsServer::MetricsServer(Loop& loop,
                             Descriptor listener,
                             Content content,
                             std::chrono::milliseconds patience)
    : loop_(loop),
      listener_(std::move(listener)),
      make_content_(std::move(content)),
      patience_(patience),
      acceptable_(loop, listener_.get(), IoWatcher::For::Reading, [this] { on_client(); }),
      turn_(loop, [this] { sweep(); }),
      pause_(loop, [this] { acceptable_.start(); }) {
    acceptable_.start();
}

void MetricsServer::on_client() {
    Descriptor fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
        // Out of descriptors or memory: to ask again at once would only burn time.
        acceptable_.stop();
        pause_.set(read_clock().steady + std::chrono::seconds(1));
        return;
    }
    sweep();
    if (clients_.size() < limits::kMetricsClients) {
        clients_.emplace_back(*this, std::move(fd));
    } else {
        turn_away(fd.get());
    }
}

void MetricsServer::sweep() {
    clients_.remove_if([](const Client& client) { return client.closed(); });
}

const std::string& MetricsServer::content() {
    const SteadyTime now = read_clock().steady;
    if (!made_ || now - *made_ >= kFreshness) {
        content_ = make_content_();
        made_ = now;
    }
    return content_;
}

MetricsServer::Client::Client(MetricsServer& server, Descriptor fd)
    : server_(server),
      fd_(std::move(fd)),
      readable_(server.loop_, fd_.get(), IoWatcher::For::Reading, [this] { on_readable(); }),
      writable_(server.loop_, fd_.get(), IoWatcher::For::Writing, [this] { send_rest(); }),
      deadline_(server.loop_, [this] { on_late(); }) {
    readable_.start();
    deadline_.set(read_clock().steady + server.patience_);
}

void MetricsServer::Client::on_readable() {
    std::array<char, limits::kHttpRequestOctets> octets{};
    const ssize_t taken = ::recv(fd_.get(), octets.data(), octets.size(), MSG_DONTWAIT);
    if (taken < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const bool all_sent = answered_ && sent_ == out_.size();
    if (taken < 0 || (taken == 0 && (!answered_ || all_sent))) {
        close();
        return;
    }
    // Its end alone ends nothing while our answer is on its way.
    if (taken == 0) readable_.stop();
    if (taken == 0 || answered_) return;
    in_.append(octets.data(), static_cast<std::size_t>(taken));
    const HttpJudgement judgement = judge_http(in_, "/metrics");
    if (judgement.status == HttpStatus::Incomplete) return;
    answer(http_answer(judgement,
                       judgement.status == HttpStatus::Ok ? server_.content() : std::string(),
                       read_clock().wall));
}

void MetricsServer::Client::answer(std::string text) {
    answered_ = true;
    in_.clear();
    out_ = std::move(text);
    send_rest();
}

// Who has sent too little hears so, as far as that can be said at once. What the kernel holds for
// who has not taken it goes with the connection.
void MetricsServer::Client::on_late() {
    if (answered_) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        static_cast<void>(::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
    } else {
        answer(http_answer({.status = HttpStatus::RequestTimeout}, "", read_clock().wall));
    }
    close();
}

void MetricsServer::Client::send_rest() {
    while (sent_ < out_.size()) {
        const ssize_t sent = ::send(
            fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            sent_ += static_cast<std::size_t>(sent);
        } else if (errno == EAGAIN) {
            writable_.start();
            return;
        } else if (errno != EINTR) {
            close();
            return;
        }
    }
    // To close while octets wait that nobody has read would take the answer back: the client has
    // the last word, within its time.
    writable_.stop();
    readable_.start();
    ::shutdown(fd_.get(), SHUT_WR);
}

void MetricsServer::Client::close() {
    closed_ = true;
    readable_.stop();
    writable_.stop();
    deadline_.set(std::nullopt);
}

}  // namespace dmm::agent
