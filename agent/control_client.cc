#include "agent/control_client.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>

#include "agent/clock.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

constexpr std::chrono::seconds kPatience{10};

Caller caller_at(int fd) {
    ucred peer{};
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return {.uid = static_cast<uid_t>(-1), .pid = 0};
    }
    return {.uid = peer.uid, .pid = peer.pid};
}

}  // namespace

ControlClient::ControlClient(Loop& loop, Descriptor fd, const Answerer& answer)
    : fd_(std::move(fd)),
      answer_(answer),
      caller_(caller_at(fd_.get())),
      readable_(loop, fd_.get(), IoWatcher::For::Reading, [this] { on_readable(); }),
      writable_(loop, fd_.get(), IoWatcher::For::Writing, [this] { on_writable(); }),
      idle_(loop, [this] { close(); }) {
    wait();
}

void ControlClient::on_readable() {
    std::array<char, limits::kControlRequestOctets> octets{};
    const ssize_t taken = ::recv(fd_.get(), octets.data(), octets.size(), MSG_DONTWAIT);
    if (taken < 0) {
        if (errno != EAGAIN && errno != EINTR) close();
        return;
    }
    if (taken == 0) last_ = true;
    in_.append(octets.data(), static_cast<std::size_t>(taken));
    serve();
}

void ControlClient::on_writable() {
    write();
    serve();
}

void ControlClient::serve() {
    while (!closed_ && out_.empty()) {
        const std::size_t end = in_.find('\n');
        const bool too_long = std::min(end, in_.size()) > limits::kControlRequestOctets;
        if (too_long) {
            out_ = encode(control::Failed{.code = 9,
                                          .message = "the request is longer than " +
                                                     std::to_string(limits::kControlRequestOctets) +
                                                     " octets"});
            in_.clear();
            last_ = true;
        } else if (end != std::string::npos) {
            out_ = encode(reply_to(std::string_view(in_).substr(0, end)));
            in_.erase(0, end + 1);
        } else {
            break;
        }
        if (out_.size() > limits::kControlReplyOctets) {
            out_ = encode(control::Failed{.code = 8, .message = "the reply is too long"});
        }
        out_.push_back('\n');
        write();
    }
    if (last_ && out_.empty()) close();
    wait();
}

control::Reply ControlClient::reply_to(std::string_view line) const {
    const auto request = control::decode_request(line);
    if (!request) return control::Failed{.code = 9, .message = request.error()};
    return answer_(*request, caller_);
}

void ControlClient::write() {
    while (out_at_ < out_.size()) {
        const ssize_t sent = ::send(
            fd_.get(), out_.data() + out_at_, out_.size() - out_at_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) return;
        if (sent < 0) {
            close();
            return;
        }
        out_at_ += static_cast<std::size_t>(sent);
    }
    out_.clear();
    out_at_ = 0;
}

void ControlClient::close() {
    closed_ = true;
    readable_.stop();
    writable_.stop();
    idle_.set(std::nullopt);
}

void ControlClient::wait() {
    if (closed_) return;
    if (out_.empty()) {
        writable_.stop();
        readable_.start();
    } else {
        readable_.stop();
        writable_.start();
    }
    idle_.set(read_clock().steady + kPatience);
}

}  // namespace dmm::agent
