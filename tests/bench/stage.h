// Where the benchmarks play: network namespaces of their own, and processes that end with them.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <sys/types.h>

#include "agent/descriptor.h"

namespace dmm::bench {

// A network namespace. It lasts as long as this, or something in it, does.
class NetworkNamespace {
public:
    // A new one, loopback up. Exits with a word where that is refused: there is nothing to measure.
    NetworkNamespace();

    // For this thread, and the processes that it starts from now on.
    void enter() const;
    // For interfaces that are to be moved there: the argument of `ip link ... netns`.
    [[nodiscard]] std::string path() const;

private:
    agent::Descriptor fd_;
};

// Two ends of a wire, each up in its namespace.
void connect(const NetworkNamespace& one,
             const std::string& interface,
             const NetworkNamespace& other,
             const std::string& peer);
// Shell commands, one a line; exits with a word when one fails.
void run_in(const NetworkNamespace& where, const std::string& script);

// Keeps this process on one of two processors, so that who asks and who answers do not take turns
// on one; does nothing on a machine with a single one.
void stay_on_processor(unsigned number);
inline constexpr unsigned kAsking = 0;
inline constexpr unsigned kAnswering = 1;

// A child process, killed when this ends.
class Child {
public:
    // `work` runs in the child; its result is the exit status.
    explicit Child(const std::function<int()>& work);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&&) = delete;
    Child& operator=(Child&&) = delete;
    ~Child();

    [[nodiscard]] bool is_running();
    // Processor time so far.
    [[nodiscard]] std::chrono::nanoseconds processor_time() const;
    // A number out of /proc/PID/status, such as that of "VmRSS"; 0 without.
    [[nodiscard]] double status_of(const std::string& key) const;

private:
    pid_t pid_ = 0;
};

// Keeps both processors from falling asleep, by work that everything else comes before: how long a
// processor takes to wake, on a virtual machine above all, is no cost of whoever is measured.
class Wakeful {
public:
    Wakeful();

private:
    Child asking_;
    Child answering_;
};

}  // namespace dmm::bench
