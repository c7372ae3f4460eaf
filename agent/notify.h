// The service manager's readiness protocol, sd_notify(3), without its library: datagrams to
// the Unix socket that NOTIFY_SOCKET names. Without a service manager nothing happens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace dmm::agent {

// What systemd wants to hear before a configuration is read again; READY=1 ends it.
[[nodiscard]] std::string reloading_state(SteadyTime now);

class Notifier {
public:
    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    [[nodiscard]] static Notifier from_environment();

    // `socket` is a path, or a name in the abstract namespace behind '@'; "" says nothing to
    // nobody. `watchdog_usec` and `watchdog_pid` are as in the environment, "" if unset.
    Notifier(std::string_view socket,
             std::string_view watchdog_usec,
             std::string_view watchdog_pid);

    // "READY=1\nSTATUS=..." and the like. Nobody listening is no error.
    void tell(std::string_view state) const;

    // Half the time in which the service manager wants a sign of life.
    [[nodiscard]] std::optional<Duration> watchdog_interval() const { return watchdog_; }

private:
    std::string socket_;
    std::optional<Duration> watchdog_;
};

}  // namespace dmm::agent
