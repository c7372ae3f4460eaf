#include "agent/notify.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "lib/base/text.h"

namespace dmm::agent {
namespace {

std::string_view environment(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread.
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::optional<Duration> half_of(std::string_view watchdog_usec) {
    // Above a day nobody waits for us; the bound keeps the product in range.
    const auto usec = parse_number<std::uint64_t>(watchdog_usec, 2, 86'400'000'000U);
    if (!usec) return std::nullopt;
    return std::chrono::microseconds(*usec / 2);
}

}  // namespace

std::string reloading_state(SteadyTime now) {
    const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(now.since_start);
    return "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec.count());
}

Notifier Notifier::from_environment() {
    return {
        environment("NOTIFY_SOCKET"), environment("WATCHDOG_USEC"), environment("WATCHDOG_PID")};
}

Notifier::Notifier(std::string_view socket,
                   std::string_view watchdog_usec,
                   std::string_view watchdog_pid)
    : socket_(socket) {
    const bool for_us =
        watchdog_pid.empty() || watchdog_pid == std::string_view(std::to_string(::getpid()));
    if (!socket_.empty() && for_us) watchdog_ = half_of(watchdog_usec);
}

void Notifier::tell(std::string_view state) const {
    sockaddr_un to{.sun_family = AF_UNIX, .sun_path = {}};
    if (socket_.empty() || socket_.size() >= sizeof to.sun_path) return;
    std::copy(socket_.begin(), socket_.end(), std::begin(to.sun_path));
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
    const Descriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // The service manager is not our duty: if it cannot be told, we work on.
    static_cast<void>(::sendto(fd.get(),
                               state.data(),
                               state.size(),
                               MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&to),
                               length));
}

}  // namespace dmm::agent
