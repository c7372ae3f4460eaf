#include "agent/control_client.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "agent/clock.h"
#include "lib/control/rights.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

constexpr std::chrono::seconds kPatience{10};

}  // namespace

ControlClient::ControlClient(Loop& loop,
                             Descriptor fd,
                             const Answerer& answer,
                             const ControlAccess& access)
    : fd_(std::move(fd)),
      answer_(answer),
      access_(access),
      caller_(caller_at(fd_.get())),
      right_(right_of(caller_, access, ::geteuid())),
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
    if (is_told()) {
        // Whoever follows has nothing more to ask, and says by hanging up that it is enough.
        if (taken == 0) close();
        return;
    }
    if (taken == 0) last_ = true;
    in_.append(octets.data(), static_cast<std::size_t>(taken));
    serve();
}

void ControlClient::on_writable() {
    write();
    if (is_told()) {
        end_turn();
    } else {
        serve();
    }
}

void ControlClient::trace(WallTime time, std::string_view line) {
    if (traces()) std::get<TraceBuffer>(told_).add(time, line);
}

void ControlClient::monitor(const control::Event& event, std::string_view line) {
    if (!monitors()) return;
    auto& queue = std::get<EventQueue>(told_);
    if (queue.wants(event)) queue.add(event, line);
}

std::string_view ControlClient::pending() const {
    if (const auto* trace = std::get_if<TraceBuffer>(&told_)) return trace->pending();
    if (const auto* queue = std::get_if<EventQueue>(&told_)) return queue->pending();
    return {};
}

void ControlClient::end_turn() {
    if (closed_ || !is_told()) return;
    if (out_.empty()) write_pending();
    wait();
}

void ControlClient::write_pending() {
    while (!closed_ && !pending().empty()) {
        const std::size_t octets = send(pending());
        if (octets == 0) return;
        if (auto* trace = std::get_if<TraceBuffer>(&told_)) trace->sent(octets);
        if (auto* queue = std::get_if<EventQueue>(&told_)) queue->sent(octets);
    }
}

void ControlClient::serve() {
    while (!closed_ && !is_told() && out_.empty()) {
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

control::Reply ControlClient::reply_to(std::string_view line) {
    const auto request = control::decode_request(line);
    if (!request) return control::Failed{.code = 9, .message = request.error()};
    const Right needed = control::only_looks(*request) ? Right::Look : Right::Change;
    if (right_ < needed) {
        return control::Failed{.code = control::kDenied, .message = denial(right_, access_)};
    }
    control::Reply reply = answer_(*request, caller_);
    if (!std::holds_alternative<control::Done>(reply)) return reply;
    if (std::holds_alternative<control::TraceRequest>(*request)) told_.emplace<TraceBuffer>();
    if (const auto* wanted = std::get_if<control::MonitorRequest>(&*request)) {
        told_.emplace<EventQueue>(*wanted);
    }
    return reply;
}

void ControlClient::write() {
    while (out_at_ < out_.size()) {
        const std::size_t sent = send(std::string_view(out_).substr(out_at_));
        if (sent == 0) return;
        out_at_ += sent;
    }
    out_.clear();
    out_at_ = 0;
}

std::size_t ControlClient::send(std::string_view text) {
    for (;;) {
        const ssize_t sent =
            ::send(fd_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno == EINTR) continue;
        if (errno != EAGAIN) close();
        return 0;
    }
}

void ControlClient::close() {
    closed_ = true;
    readable_.stop();
    writable_.stop();
    idle_.set(std::nullopt);
}

void ControlClient::wait() {
    if (closed_) return;
    if (is_told()) {
        readable_.start();  // to notice that it hung up
        if (out_.empty() && pending().empty()) {
            writable_.stop();
        } else {
            writable_.start();
        }
        idle_.set(std::nullopt);
        return;
    }
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
