#include "tests/bench/stage.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>

#include "tests/kernel/access_bench.h"

namespace dmm::bench {
namespace {

constexpr const char* kOwn = "/proc/thread-self/ns/net";

[[noreturn]] void give_up(const std::string& what) {
    (void)std::fprintf(stderr, "bench: %s\n", what.c_str());
    std::exit(1);
}

int stay_awake(unsigned processor) {
    stay_on_processor(processor);
    const sched_param none{};
    if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) return 1;
    const volatile bool awake = true;
    while (awake) {
    }
    return 0;
}

}  // namespace

NetworkNamespace::NetworkNamespace() {
    if (unshare(CLONE_NEWNET) != 0) {
        give_up("a network namespace of its own: " + std::system_category().message(errno) +
                "; run it as root");
    }
    fd_ = agent::Descriptor(open(kOwn, O_RDONLY | O_CLOEXEC));
    run_in(*this, "ip link set lo up\n");
}

void NetworkNamespace::enter() const {
    if (setns(fd_.get(), CLONE_NEWNET) != 0) {
        give_up("setns: " + std::system_category().message(errno));
    }
}

std::string NetworkNamespace::path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_.get());
}

void connect(const NetworkNamespace& one,
             const std::string& interface,
             const NetworkNamespace& other,
             const std::string& peer) {
    run_in(one,
           "ip link add " + interface + " type veth peer name " + peer + " netns " + other.path() +
               "\nip link set " + interface + " up\n");
    run_in(other, "ip link set " + peer + " up\n");
}

void run_in(const NetworkNamespace& where, const std::string& script) {
    where.enter();
    if (kernel::run_shell(script) != 0) give_up("one of these was refused:\n" + script);
}

void stay_on_processor(unsigned number) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(number, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

Child::Child(const std::function<int()>& work) : pid_(fork()) {
    if (pid_ != 0) return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(work());
}

Child::~Child() {
    if (pid_ <= 0) return;
    (void)kill(pid_, SIGKILL);
    (void)waitpid(pid_, nullptr, 0);
}

bool Child::is_running() {
    if (pid_ <= 0 || waitpid(pid_, nullptr, WNOHANG) == 0) return pid_ > 0;
    pid_ = 0;
    return false;
}

std::chrono::nanoseconds Child::processor_time() const {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

double Child::status_of(const std::string& key) const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string word; status >> word;) {
        double value = 0;
        if (word == key + ":" && status >> value) return value;
    }
    return 0;
}

Wakeful::Wakeful()
    : asking_([] { return stay_awake(kAsking); }),
      answering_([] { return stay_awake(kAnswering); }) {}

}  // namespace dmm::bench
