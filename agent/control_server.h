// Takes clients at the control socket, limits::kControlClients of them at a time.
#pragma once

#include <cstddef>
#include <list>

#include "agent/control_client.h"
#include "agent/control_socket.h"
#include "agent/loop.h"
#include "lib/control/event.h"
#include "lib/control/trace_line.h"
#include "lib/model/limits.h"

namespace dmm::agent {

class ControlServer {
public:
    // `loop` must outlive this. `answer` is asked once per request, from within the loop.
    ControlServer(Loop& loop, ControlSocket socket, Answerer answer);

    // Whether anybody follows, and whether one more may: some of the places are for those who
    // ask and go.
    [[nodiscard]] bool is_traced() const { return tracers() > 0; }

    [[nodiscard]] bool may_trace() const { return tracers() < kMostTracers; }

    // The same for those who follow what a person is told of.
    [[nodiscard]] bool is_monitored() const { return monitors() > 0; }

    [[nodiscard]] bool may_monitor() const { return monitors() < limits::kMonitors; }

    // For every client that follows; sent when the turn ends.
    void trace(const control::TraceLine& line);
    void monitor(const control::Event& event);
    void end_turn();

private:
    static constexpr std::size_t kMostTracers = 4;

    [[nodiscard]] std::size_t tracers() const;
    [[nodiscard]] std::size_t monitors() const;
    void on_client();
    void sweep();

    Loop& loop_;
    ControlSocket socket_;
    Answerer answer_;
    std::list<ControlClient> clients_;
    IoWatcher acceptable_;
    TurnWatcher turn_;
    Timer pause_;
};

}  // namespace dmm::agent
