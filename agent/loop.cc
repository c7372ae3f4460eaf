#include "agent/loop.h"

#include <chrono>
#include <utility>

#include "agent/clock.h"
#include "lib/base/assert.h"

namespace dmm::agent {

Loop::Loop() : loop_(ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV)) {
    DMM_ASSERT(loop_ != nullptr);
}

IoWatcher::IoWatcher(Loop& loop, int fd, For what, Callback callback)
    : loop_(loop.get()), callback_(std::move(callback)) {
    const auto call = [](struct ev_loop*, ev_io* io, int) {
        static_cast<IoWatcher*>(io->data)->callback_();
    };
    ev_io_init(&io_, call, fd, what == For::Reading ? EV_READ : EV_WRITE);
    io_.data = this;
}

Timer::Timer(Loop& loop, Callback callback) : loop_(loop.get()), callback_(std::move(callback)) {
    const auto call = [](struct ev_loop*, ev_timer* timer, int) {
        auto* self = static_cast<Timer*>(timer->data);
        self->when_.reset();
        self->callback_();
    };
    ev_timer_init(&timer_, call, 0., 0.);
    timer_.data = this;
}

void Timer::set(std::optional<SteadyTime> when) {
    if (when == when_) return;
    when_ = when;
    ev_timer_stop(loop_, &timer_);
    if (!when) return;
    const std::chrono::duration<double> after = *when - read_clock().steady;
    // libev counts from its own idea of now, which is as old as the turn.
    ev_now_update(loop_);
    ev_timer_set(&timer_, after.count() > 0. ? after.count() : 0., 0.);
    ev_timer_start(loop_, &timer_);
}

HeldSignals::HeldSignals() {
    sigset_t held{};
    sigemptyset(&held);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&held, signal);
    DMM_ASSERT(pthread_sigmask(SIG_BLOCK, &held, &before_) == 0);
}

HeldSignals::~HeldSignals() {
    DMM_ASSERT(pthread_sigmask(SIG_SETMASK, &before_, nullptr) == 0);
}

SignalWatcher::SignalWatcher(Loop& loop, int signal, Callback callback)
    : loop_(loop.get()), callback_(std::move(callback)) {
    const auto call = [](struct ev_loop*, ev_signal* watcher, int) {
        static_cast<SignalWatcher*>(watcher->data)->callback_();
    };
    ev_signal_init(&signal_, call, signal);
    signal_.data = this;
    ev_signal_start(loop_, &signal_);
}

TurnWatcher::TurnWatcher(Loop& loop, Callback callback)
    : loop_(loop.get()), callback_(std::move(callback)) {
    const auto call = [](struct ev_loop*, ev_prepare* prepare, int) {
        static_cast<TurnWatcher*>(prepare->data)->callback_();
    };
    ev_prepare_init(&prepare_, call);
    prepare_.data = this;
    ev_prepare_start(loop_, &prepare_);
}

}  // namespace dmm::agent
