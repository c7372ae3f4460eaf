#include "agent/hooks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

// Between SIGTERM and SIGKILL.
constexpr std::chrono::seconds kGrace{2};
constexpr std::size_t kSaidOctets = 200;

bool wants(const HookSettings& hook, std::string_view name) {
    return std::any_of(hook.on.begin(), hook.on.end(), [&](const std::string& on) {
        return on == "*" || on == name;
    });
}

void add(std::vector<std::string>& environment, std::string_view key, std::string_view value) {
    std::string entry = "DMM_";
    for (const char c : key)
        entry += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    // A zero octet would end it early; names hold none.
    entry.append("=").append(value.substr(0, value.find('\0')));
    environment.push_back(std::move(entry));
}

std::vector<std::string> environment_of(const control::Event& event) {
    std::vector<std::string> out{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    add(out, "event", event.name);
    add(out, "instance", event.instance);
    add(out, "level", dmm::name_of(event.level));
    add(out, "time", control::time_text(event.time));
    for (const control::EventField& field : event.fields) {
        if (field.key != "instance" && field.key != "event") add(out, field.key, field.value);
    }
    return out;
}

std::string words_for(int status) {
    if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Hooks::Hooks(Loop& loop, std::vector<HookSettings> hooks, Counters& counters, LogSink& log)
    : loop_(loop),
      hooks_(std::move(hooks)),
      counters_(counters),
      log_(log),
      child_(loop, SIGCHLD, [this] { reap(); }),
      timer_(loop, [this] { on_deadline(); }) {}

Hooks::~Hooks() {
    for (const Running& running : running_) {
        ::kill(-running.pid, SIGKILL);
        ::waitpid(running.pid, nullptr, 0);
    }
}

void Hooks::offer(const control::Event& event) {
    if (event.name == "hook_failed") return;
    for (const HookSettings& hook : hooks_) {
        if (!wants(hook, event.name)) continue;
        if (waiting_.size() >= limits::kHooksWaiting) {
            counters_.count("hooks", "dropped");
            continue;
        }
        waiting_.push_back({.program = {.words = hook.run,
                                        .environment = environment_of(event),
                                        .input = encode(event) + '\n',
                                        .privileged = hook.privileged},
                            .event = event.name,
                            .timeout = hook.timeout});
        start_waiting();
    }
}

void Hooks::start_waiting() {
    while (!waiting_.empty() && running_.size() < limits::kHooksRunning) {
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        run(next);
    }
    arm();
}

void Hooks::run(const Waiting& next) {
    counters_.count("hooks", "run");
    auto started = start(next.program);
    if (!started) {
        failed(next.program.words.front(), next.event, started.error(), "");
        return;
    }
    Running& running = running_.emplace_back();
    running.pid = started->pid;
    running.path = next.program.words.front();
    running.event = next.event;
    running.errors = std::move(started->errors);
    running.deadline = read_clock().steady + next.timeout;
    running.readable = std::make_unique<IoWatcher>(
        loop_, running.errors.get(), IoWatcher::For::Reading, [this, &running] {
            read_errors(running);
        });
    running.readable->start();
}

// All of it, so that the program never waits for us, and keeps the beginning; a little at a time.
void Hooks::read_errors(Running& running) {
    std::array<char, 4096> part{};
    const ssize_t got = ::read(running.errors.get(), part.data(), part.size());
    if (got == 0) running.readable->stop();
    if (got <= 0 || running.said.size() >= kSaidOctets) return;
    running.said.append(part.data(),
                        std::min(static_cast<std::size_t>(got), kSaidOctets - running.said.size()));
}

void Hooks::reap() {
    for (auto at = running_.begin(); at != running_.end();) {
        siginfo_t info{};
        const auto id = static_cast<id_t>(at->pid);
        const bool looked = ::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
        if (looked && info.si_pid == 0) {
            ++at;
            continue;
        }
        // While its number is still taken: what it started goes with one that took too long.
        if (at->timed_out) ::kill(-at->pid, SIGKILL);
        int status = 0;
        if (::waitpid(at->pid, &status, 0) == at->pid) ended(*at, status);
        at = running_.erase(at);
    }
    start_waiting();
}

void Hooks::ended(Running& running, int status) {
    read_errors(running);
    if (running.timed_out) {
        failed(running.path, running.event, "took too long", running.said);
    } else if (status != 0) {
        failed(running.path, running.event, words_for(status), running.said);
    }
}

void Hooks::failed(const std::string& path,
                   const std::string& event,
                   const std::string& error,
                   const std::string& said) {
    counters_.count("hooks", "failed");
    Line line("");
    line.add("run", path).add("on", event).add("error", error);
    const std::string first = said.substr(0, said.find('\n'));
    if (!first.empty()) line.add("text", first);
    log_.say(LogLevel::Warning, "hook_failed", std::move(line));
}

void Hooks::on_deadline() {
    const SteadyTime now = read_clock().steady;
    for (Running& running : running_) {
        if (running.deadline > now) continue;
        ::kill(-running.pid, running.timed_out ? SIGKILL : SIGTERM);
        if (!std::exchange(running.timed_out, true)) counters_.count("hooks", "timed_out");
        running.deadline = now + kGrace;
    }
    arm();
}

void Hooks::arm() {
    std::optional<SteadyTime> earliest;
    for (const Running& running : running_) {
        if (!earliest || running.deadline < *earliest) earliest = running.deadline;
    }
    timer_.set(earliest);
}

void Hooks::finish(Duration patience) {
    constexpr int kPauseMs = 20;
    const SteadyTime end = read_clock().steady + patience;
    while (!running_.empty() && read_clock().steady < end) {
        ::poll(nullptr, 0, kPauseMs);  // the loop does not run any more
        for (Running& running : running_)
            read_errors(running);
        on_deadline();
        reap();
    }
    for (std::size_t i = 0; i < waiting_.size(); ++i)
        counters_.count("hooks", "dropped");
    waiting_.clear();
}

}  // namespace dmm::agent
