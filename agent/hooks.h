// The programs that the configuration wants to be run at events: some at a time, some more wait,
// each within its time. Nobody waits for one of them but at the end of the daemon.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "agent/counters.h"
#include "agent/log_sink.h"
#include "agent/loop.h"
#include "agent/program.h"
#include "lib/control/event.h"
#include "lib/model/hook.h"

namespace dmm::agent {

class Hooks {
public:
    // `loop`, `counters` and `log` must outlive this.
    Hooks(Loop& loop, std::vector<HookSettings> hooks, Counters& counters, LogSink& log);
    // Kills what still runs.
    ~Hooks();
    Hooks(const Hooks&) = delete;
    Hooks& operator=(const Hooks&) = delete;

    [[nodiscard]] bool any() const { return !hooks_.empty(); }

    // What waits and runs goes on as it was meant.
    void configure(std::vector<HookSettings> hooks) { hooks_ = std::move(hooks); }

    // Runs what wants this event, now or in its turn.
    void offer(const control::Event& event);

    // Waits until nothing waits or runs, at most for `patience`, and kills the rest.
    void finish(Duration patience);

private:
    struct Waiting {
        Program program;
        std::string event;
        Duration timeout{};
    };

    struct Running {
        pid_t pid = 0;
        std::string path;
        std::string event;
        Descriptor errors;
        std::string said;  // the beginning of what it wrote there
        SteadyTime deadline;
        bool timed_out = false;
        std::unique_ptr<IoWatcher> readable;
    };

    void start_waiting();
    void run(const Waiting& next);
    void read_errors(Running& running);
    // Takes leave of those that have ended.
    void reap();
    void ended(Running& running, int status);
    void on_deadline();
    void arm();
    void failed(const std::string& path,
                const std::string& event,
                const std::string& error,
                const std::string& said);

    Loop& loop_;
    std::vector<HookSettings> hooks_;
    Counters& counters_;
    LogSink& log_;
    std::deque<Waiting> waiting_;
    std::list<Running> running_;
    SignalWatcher child_;
    Timer timer_;
};

}  // namespace dmm::agent
