#include "agent/program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/write_all.h"

namespace dmm::agent {
namespace {

// Everything that the child needs: it may allocate nothing.
struct Plan {
    char* const* words;
    char* const* environment;
    int input;
    int output;
    int errors;
    bool privileged;
};

// What went wrong in the child, by the memory that it shares with us until it has gone its way.
struct Fault {
    volatile int code = 0;
    const char* volatile what = nullptr;
};

std::unexpected<std::string> failed(const std::string& what, int code) {
    return std::unexpected(what + ": " + std::generic_category().message(code));
}

// A process of root would gain all capabilities by executing a program (capabilities(7)).
bool drop_capabilities() {
    constexpr unsigned long kNoRoot = 1;  // SECBIT_NOROOT of <linux/securebits.h>
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) != 0) return false;
    if (geteuid() != 0) return true;
    const int bits = prctl(PR_GET_SECUREBITS);
    return bits >= 0 && prctl(PR_SET_SECUREBITS, static_cast<unsigned long>(bits) | kNoRoot) == 0;
}

// In the child; an error's number is in errno.
const char* become(const Plan& plan) {
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL);  // fails for those that cannot be changed
    if (setpgid(0, 0) != 0) return "process group";
    if (chdir("/") != 0) return "chdir to /";
    if (dup2(plan.input, STDIN_FILENO) < 0 || dup2(plan.output, STDOUT_FILENO) < 0 ||
        dup2(plan.errors, STDERR_FILENO) < 0) {
        return "descriptors";
    }
    // Ours close by themselves; these are what we were started with. Old kernels lack it.
    syscall(SYS_close_range, 3U, ~0U, 0U);
    if (!plan.privileged && !drop_capabilities()) {
        return R"(capabilities cannot be dropped (set "privileged" to keep them))";
    }
    sigset_t none{};
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execve(plan.words[0], plan.words, plan.environment);
    return "cannot be run";
}

// The child shares our memory, not our descriptors or handlers, and we wait until it has executed
// the program. No handler of ours may run in it, so signals are held back.
[[gnu::noinline]] pid_t branch(const Plan& plan, Fault& fault) {
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): a fork copies page tables.
    const pid_t pid = vfork();
    if (pid == 0) {
        fault.what = become(plan);
        fault.code = errno;
        _exit(127);
    }
    if (pid < 0) {
        fault.what = "no process";
        fault.code = errno;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pid;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words)
        out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

std::expected<Started, std::string> start(const Program& program) {
    const Descriptor input(memfd_create("event", MFD_CLOEXEC));
    if (!input) return failed("no memory file", errno);
    if (const int code = write_all(input.get(), program.input)) return failed("input", code);
    if (lseek(input.get(), 0, SEEK_SET) != 0) return failed("input", errno);
    const Descriptor output(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!output) return failed("/dev/null", errno);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return failed("no pipe", errno);
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);
    if (fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return failed("pipe", errno);

    auto words = program.words;
    auto environment = program.environment;
    const auto word_pointers = pointers(words);
    const auto environment_pointers = pointers(environment);
    Fault fault;
    const pid_t pid = branch({.words = word_pointers.data(),
                              .environment = environment_pointers.data(),
                              .input = input.get(),
                              .output = output.get(),
                              .errors = theirs.get(),
                              .privileged = program.privileged},
                             fault);
    if (fault.what != nullptr) {
        if (pid > 0) waitpid(pid, nullptr, 0);
        return failed(fault.what, fault.code);
    }
    return Started{.pid = pid, .errors = std::move(ours)};
}

}  // namespace dmm::agent
