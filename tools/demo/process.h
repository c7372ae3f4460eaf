// Child processes in network namespaces: none outlives its owner, none is waited for
// without a bound.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "tools/demo/descriptor.h"

namespace dmm::demo {

using std::chrono::milliseconds;

class Process {
public:
    Process() = default;
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  // kills

    // Runs `body` in a child of its own, inside `netns`; its result is the exit status.
    [[nodiscard]] static Process start(const std::string& netns, const std::function<int()>& body);

    [[nodiscard]] bool running() const { return pid_ > 0; }

    void signal(int number) const;
    // The exit status (128 + N after signal N), nullopt if it has not ended in time.
    [[nodiscard]] std::optional<int> wait(milliseconds bound);

private:
    pid_t pid_ = -1;
};

struct Program {
    std::string netns;
    std::vector<std::string> words;  // the program's path or name first
};

// A host and a router do not share a processor: where they must, as here, the router comes first.
void stand_back();

// The priority that systemd/dmmd@.service gives.
void step_forward();

// Replaces the calling process (a child made by Process::start) by the program; standard
// input from `input`, output and errors to `output`. Returns 127 if that fails.
int become(const std::vector<std::string>& words, int input, int output);

// Runs a program to its end. Its output, or if it fails or outlasts `bound` a sentence that
// says so with its last words.
[[nodiscard]] std::expected<std::string, std::string> run(const Program& program,
                                                          std::string_view input,
                                                          milliseconds bound);

// The whole of an open file, from its beginning.
[[nodiscard]] std::string contents(int file);

}  // namespace dmm::demo
