// libev with owners: a watcher starts when told, stops when destroyed, never moves. The
// loop only wakes us; what time it is comes from agent/clock.h.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <ev.h>

#include "lib/base/time.h"

namespace dmm::agent {

using Callback = std::function<void()>;

class Loop {
public:
    Loop();

    // Returns after stop(), when the turn in which it was called has ended.
    void run() { ev_run(loop_.get(), 0); }

    void stop() { ev_break(loop_.get(), EVBREAK_ALL); }

    [[nodiscard]] struct ev_loop* get() const { return loop_.get(); }

private:
    struct Destroy {
        void operator()(struct ev_loop* loop) const { ev_loop_destroy(loop); }
    };

    std::unique_ptr<struct ev_loop, Destroy> loop_;
};

// Level-triggered readiness of one descriptor, which must outlive the watcher.
class IoWatcher {
public:
    enum class For : std::uint8_t { Reading, Writing };

    IoWatcher(Loop& loop, int fd, For what, Callback callback);

    ~IoWatcher() { stop(); }

    IoWatcher(const IoWatcher&) = delete;
    IoWatcher& operator=(const IoWatcher&) = delete;

    void start() { ev_io_start(loop_, &io_); }

    void stop() { ev_io_stop(loop_, &io_); }

private:
    struct ev_loop* loop_;
    ev_io io_{};
    Callback callback_;
};

// One shot at a steady time, up to a millisecond late.
class Timer {
public:
    Timer(Loop& loop, Callback callback);

    ~Timer() { ev_timer_stop(loop_, &timer_); }

    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Replaces the time set before; nullopt: never. Costs nothing when nothing changes.
    void set(std::optional<SteadyTime> when);

private:
    struct ev_loop* loop_;
    ev_timer timer_{};
    std::optional<SteadyTime> when_;
    Callback callback_;
};

// Holds SIGTERM, SIGINT and SIGHUP back while it lives, so that whoever ends us during the
// start is heard once there is somebody to clean up.
class HeldSignals {
public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

private:
    sigset_t before_{};
};

class SignalWatcher {
public:
    SignalWatcher(Loop& loop, int signal, Callback callback);

    ~SignalWatcher() { ev_signal_stop(loop_, &signal_); }

    SignalWatcher(const SignalWatcher&) = delete;
    SignalWatcher& operator=(const SignalWatcher&) = delete;

private:
    struct ev_loop* loop_;
    ev_signal signal_{};
    Callback callback_;
};

// Called once per turn of the loop, after everything that was ready has been handled and
// before it sleeps.
class TurnWatcher {
public:
    TurnWatcher(Loop& loop, Callback callback);

    ~TurnWatcher() { ev_prepare_stop(loop_, &prepare_); }

    TurnWatcher(const TurnWatcher&) = delete;
    TurnWatcher& operator=(const TurnWatcher&) = delete;

private:
    struct ev_loop* loop_;
    ev_prepare prepare_{};
    Callback callback_;
};

}  // namespace dmm::agent
