#include "tools/demo/tcp_end.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace dmm::demo {
namespace {

constexpr std::size_t kChunk = 16384;

}  // namespace

TcpEnd::TcpEnd(Descriptor socket,
               const TcpDirection& out,
               const TcpDirection& in,
               std::atomic<int>& error)
    : socket_(std::move(socket)), out_(out), in_(in), error_(error) {
    const int on = 1;
    (void)::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void TcpEnd::send_until(std::uint64_t due) {
    std::array<std::uint8_t, kChunk> chunk{};
    std::uint64_t sent = out_.tally.sent;
    while (sent < due && error_ == 0) {
        const std::size_t want = std::min<std::uint64_t>(due - sent, chunk.size());
        out_.pattern.fill(std::span(chunk).first(want), sent);
        const ssize_t done = ::send(socket_.get(), chunk.data(), want, MSG_NOSIGNAL);
        if (done < 0) return note_failure();
        sent += static_cast<std::uint64_t>(done);
        out_.tally.sent = sent;
    }
}

void TcpEnd::receive() {
    std::array<std::uint8_t, kChunk> chunk{};
    while (!ended()) {
        const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
        if (got < 0) return note_failure();
        if (got == 0) {
            in_.tally.finished = true;
            return;
        }
        const auto data = std::span(chunk).first(static_cast<std::size_t>(got));
        const std::size_t good = in_.pattern.matching(data, in_.tally.intact);
        in_.tally.intact += good;
        if (good < data.size()) in_.tally.corrupt = true;
    }
}

void TcpEnd::finish() {
    (void)::shutdown(socket_.get(), SHUT_WR);
}

bool TcpEnd::ended() const {
    return in_.tally.finished || in_.tally.corrupt || error_ != 0;
}

void TcpEnd::note_failure() {
    // ENOTCONN: the connection is still being made.
    if (errno == EAGAIN || errno == ENOTCONN) return;
    int none = 0;
    (void)error_.compare_exchange_strong(none, errno);
}

}  // namespace dmm::demo
