#include "tools/demo/process.h"

#include <array>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>

#include "tools/demo/namespaces.h"

namespace dmm::demo {
namespace {

int status_of(int raw) {
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

// Signals that the parent blocks must reach a child in their ordinary way.
void unblock_signals() {
    sigset_t none;
    (void)sigemptyset(&none);
    (void)::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
}

Process::~Process() {
    if (pid_ <= 0) return;
    signal(SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
}

Process Process::start(const std::string& netns, const std::function<int()>& body) {
    Process child;
    const pid_t parent = ::getpid();
    child.pid_ = ::fork();
    if (child.pid_ != 0) return child;
    // Should the parent be killed, nothing of the demonstration may go on.
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    unblock_signals();
    // The child stays inside: it leaves through _exit, which runs no destructor.
    const Inside inside(netns);
    if (!netns.empty() && !inside.entered()) ::_exit(127);
    ::_exit(body());
}

void Process::signal(int number) const {
    if (pid_ > 0) (void)::kill(pid_, number);
}

std::optional<int> Process::wait(milliseconds bound) {
    if (pid_ <= 0) return std::nullopt;
    // glibc 2.36 declares pidfd_open() without C linkage, so the system call is made here.
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
    if (handle.valid() && ::poll(&ended, 1, static_cast<int>(bound.count())) <= 0) {
        return std::nullopt;
    }
    int raw = 0;
    if (::waitpid(pid_, &raw, handle.valid() ? 0 : WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status_of(raw);
}

void stand_back() {
    const sched_param none{};
    (void)::sched_setscheduler(0, SCHED_IDLE, &none);
}

void step_forward() {
    constexpr int kNiceOfTheUnit = -5;
    (void)::setpriority(PRIO_PROCESS, 0, kNiceOfTheUnit);
}

int become(const std::vector<std::string>& words, int input, int output) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    // execvp() takes char* for history's sake and does not write through it.
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    (void)::dup2(input, STDIN_FILENO);
    (void)::dup2(output, STDOUT_FILENO);
    (void)::dup2(output, STDERR_FILENO);
    (void)::execvp(argv.front(), argv.data());
    return 127;
}

std::expected<std::string, std::string> run(const Program& program,
                                            std::string_view input,
                                            milliseconds bound) {
    const Descriptor in(::memfd_create("input", MFD_CLOEXEC));
    const Descriptor out(::memfd_create("output", MFD_CLOEXEC));
    const bool prepared = in.valid() && out.valid() &&
                          ::write(in.get(), input.data(), input.size()) >= 0 &&
                          ::lseek(in.get(), 0, SEEK_SET) == 0;
    const std::string what =
        program.words.front() + (program.netns.empty() ? "" : " in ") + program.netns;
    if (!prepared) return std::unexpected(what + ": no memory file for its input");
    Process child =
        Process::start(program.netns, [&] { return become(program.words, in.get(), out.get()); });
    const std::optional<int> status = child.wait(bound);
    std::string said = contents(out.get());
    if (!status) {
        return std::unexpected(what + ": not done after " + std::to_string(bound.count()) + " ms");
    }
    if (*status == 127) return std::unexpected(what + ": cannot be started; is it installed?");
    if (*status != 0) {
        return std::unexpected(what + ": exit status " + std::to_string(*status) + ": " + said);
    }
    return said;
}

std::string contents(int file) {
    std::string out;
    std::array<char, 16384> part{};
    ssize_t got = 0;
    while ((got = ::pread(file, part.data(), part.size(), static_cast<off_t>(out.size()))) > 0) {
        out.append(part.data(), static_cast<std::size_t>(got));
    }
    return out;
}

}  // namespace dmm::demo
