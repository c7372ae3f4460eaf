#include "tools/dmmctl/program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <expected>
#include <optional>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spawn.h>

#include "lib/base/text.h"

namespace dmm::dmmctl {
namespace {

using Clock = std::chrono::steady_clock;

std::optional<std::string> found_in(const std::string& path, const std::string& name) {
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string file = folder.append("/").append(name);
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return std::nullopt;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words)
        out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

// In a process group of its own, with `output` as its standard output and error. The error is a
// number of errno.
std::expected<pid_t, int> spawn(const std::string& file,
                                std::vector<std::string> words,
                                const std::string& path,
                                int output) {
    std::vector<std::string> variables{"PATH=" + path, "LC_ALL=C"};
    posix_spawn_file_actions_t descriptors;
    posix_spawn_file_actions_init(&descriptors);
    posix_spawn_file_actions_addopen(&descriptors, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&descriptors, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&descriptors, output, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    pid_t pid = 0;
    const int code = ::posix_spawn(&pid,
                                   file.c_str(),
                                   &descriptors,
                                   &attributes,
                                   pointers(words).data(),
                                   pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&descriptors);
    if (code != 0) return std::unexpected(code);
    return pid;
}

class Child {
public:
    Child(pid_t pid, int output, const ProgramLimits& limits)
        : pid_(pid), output_(output), limits_(limits), deadline_(Clock::now() + limits.time) {}

    ProgramOutput wait() {
        ProgramOutput out;
        out.fault = read(out.text);
        const std::string end = reap(out.fault.empty());
        if (out.fault.empty()) out.fault = end;
        return out;
    }

private:
    [[nodiscard]] int left() const {
        const auto time =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
        return static_cast<int>(std::max<std::int64_t>(time, 0));
    }

    [[nodiscard]] std::string too_slow() const {
        return "not done within " + to_text(Duration(limits_.time));
    }

    std::string read(std::string& into) const {
        std::array<char, 65'536> part{};
        for (;;) {
            pollfd watched{.fd = output_, .events = POLLIN, .revents = 0};
            const int ready = ::poll(&watched, 1, left());
            if (ready == 0) return too_slow();
            const ssize_t got = ready < 0 ? -1 : ::read(output_, part.data(), part.size());
            if (got == 0) return "";
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return std::generic_category().message(errno);
            const std::size_t room = limits_.octets - into.size();
            into.append(part.data(), std::min(room, static_cast<std::size_t>(got)));
            if (static_cast<std::size_t>(got) > room) {
                return "cut off after " + std::to_string(limits_.octets) + " octets";
            }
        }
    }

    // One that has closed its output may still run; what it leaves behind may too.
    [[nodiscard]] std::string reap(bool patient) const {
        constexpr int kNapMs = 5;
        int status = 0;
        pid_t ended = 0;
        while (patient && (ended = ::waitpid(pid_, &status, WNOHANG)) == 0 && left() > 0)
            ::poll(nullptr, 0, kNapMs);
        ::kill(-pid_, SIGKILL);
        while (ended == 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        if (patient && ended == 0) return too_slow();
        if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
        if (WEXITSTATUS(status) == 0) return "";
        return "exit status " + std::to_string(WEXITSTATUS(status));
    }

    pid_t pid_;
    int output_;
    const ProgramLimits& limits_;
    Clock::time_point deadline_;
};

}  // namespace

ProgramOutput run_program(const std::vector<std::string>& words,
                          const std::string& path,
                          const ProgramLimits& limits) {
    const auto failed = [](const std::string& fault) {
        return ProgramOutput{.text = "", .fault = fault};
    };
    const auto file = found_in(path, words.front());
    if (!file) return failed("there is no program " + quoted(words.front()) + " in " + path);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return failed(std::generic_category().message(errno));
    }
    const auto pid = spawn(*file, words, path, ends[1]);
    ::close(ends[1]);
    ProgramOutput out = pid ? Child(*pid, ends[0], limits).wait()
                            : failed(*file + ": " + std::generic_category().message(pid.error()));
    ::close(ends[0]);
    return out;
}

}  // namespace dmm::dmmctl
