// One client of the control socket: a request per line, a reply per line, within limits of
// size and time. A client that is slow or silent costs memory for one reply, and nobody
// waits for it. After a request to trace or to monitor it is only told, for as long as it stays.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "agent/control_access.h"
#include "agent/descriptor.h"
#include "agent/event_queue.h"
#include "agent/loop.h"
#include "agent/trace_buffer.h"
#include "lib/control/protocol.h"

namespace dmm::agent {

using Answerer = std::function<control::Reply(const control::Request&, const Caller&)>;

class ControlClient {
public:
    // `loop`, `answer` and `access` must outlive this.
    ControlClient(Loop& loop, Descriptor fd, const Answerer& answer, const ControlAccess& access);

    // Done with, by either side: may be destroyed, outside of its own calls.
    [[nodiscard]] bool closed() const { return closed_; }

    // Is told of every event and action.
    [[nodiscard]] bool traces() const {
        return std::holds_alternative<TraceBuffer>(told_) && !closed_;
    }

    // Is told of what a person is told of.
    [[nodiscard]] bool monitors() const {
        return std::holds_alternative<EventQueue>(told_) && !closed_;
    }

    // Kept until end_turn(), if this client traces.
    void trace(WallTime time, std::string_view line);
    // Kept until end_turn(), if this client monitors and wants it; `line` is its text.
    void monitor(const control::Event& event, std::string_view line);
    void end_turn();

private:
    void on_readable();
    void on_writable();
    // Answers whole lines as long as their replies leave at once.
    void serve();
    [[nodiscard]] control::Reply reply_to(std::string_view line);
    void write();

    [[nodiscard]] bool is_told() const { return !std::holds_alternative<std::monostate>(told_); }

    // Of what it is told; "" when nothing waits.
    [[nodiscard]] std::string_view pending() const;
    void write_pending();
    // The octets that the socket took; closes on an error.
    [[nodiscard]] std::size_t send(std::string_view text);
    void close();
    // Which way to wait, and until when.
    void wait();

    Descriptor fd_;
    const Answerer& answer_;
    const ControlAccess& access_;
    Caller caller_;
    Right right_;
    std::string in_;
    std::string out_;
    std::size_t out_at_ = 0;
    std::variant<std::monostate, TraceBuffer, EventQueue> told_;
    bool last_ = false;  // nothing more is taken; closed when `out_` has left
    bool closed_ = false;
    IoWatcher readable_;
    IoWatcher writable_;
    Timer idle_;
};

}  // namespace dmm::agent
