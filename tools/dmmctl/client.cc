#include "tools/dmmctl/client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/model/limits.h"

namespace dmm::dmmctl {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Kind = ClientError::Kind;

std::unexpected<ClientError> fail(Kind kind, std::string text) {
    return std::unexpected(ClientError{.kind = kind, .text = std::move(text)});
}

std::unexpected<ClientError> fail(int code) {
    const bool denied = code == EACCES || code == EPERM;
    const bool absent = code == ENOENT || code == ECONNREFUSED;
    const Kind other = absent ? Kind::NoDaemon : Kind::Failure;
    return fail(denied ? Kind::Permission : other, std::generic_category().message(code));
}

class Connection {
public:
    explicit Connection(milliseconds patience)
        : patience_(patience),
          deadline_(Clock::now() + patience),
          fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    ~Connection() {
        if (fd_ >= 0) ::close(fd_);
    }

    std::expected<void, ClientError> open(const std::string& path) {
        if (fd_ < 0) return fail(errno);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path) {
            return fail(Kind::Failure,
                        "the path is longer than " + std::to_string(sizeof address.sun_path - 1) +
                            " octets");
        }
        std::copy(path.begin(), path.end(), std::begin(address.sun_path));
        // A full backlog makes connect() wait; the send time-out bounds that (unix(7)).
        const timeval bound{.tv_sec = patience_.count() / 1'000,
                            .tv_usec = patience_.count() % 1'000 * 1'000};
        if (::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound) != 0) {
            return fail(errno);
        }
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface.
        const auto* to = reinterpret_cast<const sockaddr*>(&address);
        if (::connect(fd_, to, sizeof address) == 0) return {};
        return errno == EAGAIN ? too_slow() : fail(errno);
    }

    std::expected<void, ClientError> send(std::string_view text) {
        while (!text.empty()) {
            const auto ready = wait_for(POLLOUT);
            if (!ready) return ready;
            const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN && errno != EINTR) {
                // A daemon that refuses at once may have said why: that is read next.
                return errno == EPIPE ? std::expected<void, ClientError>{} : fail(errno);
            }
            if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return {};
    }

    std::expected<std::string, ClientError> receive_line() {
        std::array<char, 65'536> part{};
        for (std::size_t searched = 0;;) {
            const std::size_t end = held_.find('\n', searched);
            if (std::min(end, held_.size()) > limits::kControlReplyOctets) {
                return fail(Kind::Failure, "the answer is too long");
            }
            if (end != std::string::npos) {
                std::string line = held_.substr(0, end);
                held_.erase(0, end + 1);
                return line;
            }
            searched = held_.size();
            const auto ready = wait_for(POLLIN);
            if (!ready) return std::unexpected(ready.error());
            const ssize_t got = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got < 0 && errno != ECONNRESET) return fail(errno);
            if (got <= 0) return hung_up();
            held_.append(part.data(), static_cast<std::size_t>(got));
        }
    }

    // The answer is there; more may take as long as it likes.
    void wait_without_end() { deadline_ = Clock::time_point::max(); }

private:
    [[nodiscard]] std::unexpected<ClientError> too_slow() const {
        return fail(Kind::Failure, "no answer within " + to_text(Duration(patience_)));
    }

    [[nodiscard]] std::unexpected<ClientError> hung_up() const {
        const bool answered = deadline_ == Clock::time_point::max();
        return fail(Kind::Failure,
                    answered ? "the daemon hung up" : "the daemon hung up without an answer");
    }

    std::expected<void, ClientError> wait_for(short what) {
        for (;;) {
            int left = -1;
            if (deadline_ != Clock::time_point::max()) {
                left = static_cast<int>(
                    std::chrono::ceil<milliseconds>(deadline_ - Clock::now()).count());
                if (left <= 0) return too_slow();
            }
            pollfd watched{.fd = fd_, .events = what, .revents = 0};
            const int ready = ::poll(&watched, 1, left);
            if (ready > 0) return {};
            if (ready < 0 && errno != EINTR) return fail(errno);
        }
    }

    milliseconds patience_;
    Clock::time_point deadline_;
    int fd_;
    std::string held_;  // received, and not yet given out
};

}  // namespace

std::expected<std::string, ClientError> exchange(const std::string& socket,
                                                 const std::string& line,
                                                 milliseconds patience) {
    Connection connection(patience);
    const auto opened = connection.open(socket);
    if (!opened) return std::unexpected(opened.error());
    const auto sent = connection.send(line + '\n');
    if (!sent) return std::unexpected(sent.error());
    return connection.receive_line();
}

std::expected<void, ClientError> follow(const std::string& socket,
                                        const std::string& line,
                                        milliseconds patience,
                                        const std::function<bool(std::string_view)>& on_line) {
    Connection connection(patience);
    const auto opened = connection.open(socket);
    if (!opened) return opened;
    const auto sent = connection.send(line + '\n');
    if (!sent) return sent;
    for (;;) {
        const auto received = connection.receive_line();
        if (!received) return std::unexpected(received.error());
        if (!on_line(*received)) return {};
        connection.wait_without_end();
    }
}

}  // namespace dmm::dmmctl
