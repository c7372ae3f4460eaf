// The access links of a MAAR: hears the nodes on each that is there, waits for those that
// are not, and talks to the nodes.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/counters.h"
#include "agent/log_sink.h"
#include "agent/loop.h"
#include "agent/nd_socket.h"
#include "lib/core/action.h"
#include "lib/core/event.h"

namespace dmm::agent {

class AccessNetwork {
public:
    using OnEvent = std::function<void(const core::Event&)>;

    // `loop`, `counters` and `log` must outlive this. Call start() to begin. Without `sender`
    // nothing is sent and "dry_run.*" counts it: no interface is what it seems then.
    AccessNetwork(Loop& loop,
                  std::optional<NdSender> sender,
                  const std::vector<AccessLink>& links,
                  Counters& counters,
                  LogSink& log);

    // From now on solicitations and answers to probes go to `on_event`.
    void start(OnEvent on_event);

    // Those that were links before and are not any more are listened at no more. Not from within
    // `on_event`.
    void set_links(const std::vector<AccessLink>& links);

    // Both send out of the interface `index`, which realises the action's DLIF.
    void advertise(std::uint32_t index, const core::Advertise& advertise);
    void probe(std::uint32_t index, const core::Probe& probe);

private:
    struct Listener {
        AccessLink link;
        bool listening = false;
        bool told_missing = false;
        // Kept until the next attempt, since a watcher must not end within its own call.
        // Declared in this order, so that the watcher goes first.
        std::optional<NdListener> socket;
        std::unique_ptr<IoWatcher> watcher;
    };

    void listen_where_possible();
    void listen(Listener& listener);
    // Says so once, and tries again later.
    void lost(Listener& listener, int code);
    void on_readable(Listener& listener);
    void on_frame(const AccessLink& link, const NdListener::Frame& frame);
    void on_advertisement(const AccessLink& link, const NdListener::Frame& frame);
    void on_solicitation(const AccessLink& link, const NdListener::Frame& frame);
    // `what` names the message in counters and in the log.
    void send(std::uint32_t index, const Dlif& dlif, std::string_view what, ByteView packet);

    Loop& loop_;
    std::optional<NdSender> sender_;
    Counters& counters_;
    LogSink& log_;
    OnEvent on_event_;
    std::list<Listener> listeners_;
    Timer retry_;
};

}  // namespace dmm::agent
