// Takes clients at the control socket, limits::kControlClients of them at a time.
#pragma once

#include <list>

#include "agent/control_client.h"
#include "agent/control_socket.h"
#include "agent/loop.h"

namespace dmm::agent {

class ControlServer {
public:
    // `loop` must outlive this. `answer` is asked once per request, from within the loop.
    ControlServer(Loop& loop, ControlSocket socket, Answerer answer);

private:
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
