// One client of the control socket: a request per line, a reply per line, within limits of
// size and time. A client that is slow or silent costs memory for one reply, and nobody
// waits for it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "agent/descriptor.h"
#include "agent/loop.h"
#include "lib/control/protocol.h"

namespace dmm::agent {

// Who asks, as the kernel says (SO_PEERCRED).
struct Caller {
    uid_t uid = 0;
    pid_t pid = 0;
};

using Answerer = std::function<control::Reply(const control::Request&, const Caller&)>;

class ControlClient {
public:
    // `loop` and `answer` must outlive this.
    ControlClient(Loop& loop, Descriptor fd, const Answerer& answer);

    // Done with, by either side: may be destroyed, outside of its own calls.
    [[nodiscard]] bool closed() const { return closed_; }

private:
    void on_readable();
    void on_writable();
    // Answers whole lines as long as their replies leave at once.
    void serve();
    [[nodiscard]] control::Reply reply_to(std::string_view line) const;
    void write();
    void close();
    // Which way to wait, and until when.
    void wait();

    Descriptor fd_;
    const Answerer& answer_;
    Caller caller_;
    std::string in_;
    std::string out_;
    std::size_t out_at_ = 0;
    bool last_ = false;  // nothing more is taken; closed when `out_` has left
    bool closed_ = false;
    IoWatcher readable_;
    IoWatcher writable_;
    Timer idle_;
};

}  // namespace dmm::agent
