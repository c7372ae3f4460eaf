#include "tests/bench/maar_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <utility>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/agent.h"
#include "lib/control/protocol.h"
#include "tests/bench/nodes.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;

KernelTime* shared_time() {
    void* room = mmap(nullptr,
                      sizeof(KernelTime),
                      PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS,
                      /*fd=*/-1,
                      /*offset=*/0);
    return room == MAP_FAILED ? nullptr : new (room) KernelTime(0);
}

[[noreturn]] void give_up(const std::string& what) {
    (void)std::fprintf(stderr, "bench: the MAAR: %s\n", what.c_str());
    std::exit(1);
}

template <typename T, typename E>
T need(std::expected<T, E> result, const std::string& what) {
    if (!result) give_up(what + " is refused");
    return *std::move(result);
}

int run_agent(const std::string& control_path, KernelTime& kernel_time) {
    Settings settings{.instance = "bench",
                      .control_socket = control_path,
                      .log = LogLevel::Error,
                      .role = maar_settings()};
    agent::LogSink log(settings.log);
    const Ip6Address address = Domain::maar_address(1);
    agent::AgentParts parts{
        .control = need(agent::ControlSocket::claim(control_path), "a control socket"),
        .mobility = need(agent::MobilitySocket::open(address), "a mobility socket"),
        .icmp = need(agent::IcmpSocket::open(address), "an ICMPv6 socket"),
        .nd_sender = need(agent::NdSender::open(), "a packet socket"),
        .data_plane =
            open_data_plane(agent::driver_settings(maar_settings()), kernel_time, /*checks=*/true),
        .seed = {1},
        .recorder = std::nullopt,
        .snapshot = agent::Snapshot::path_beside(control_path),
        .kept = std::nullopt};
    agent::Agent(settings, std::move(parts), log).run();
    return 0;
}

agent::Descriptor connect_to(const std::string& path) {
    constexpr int kTries = 200;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (void)path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    for (int i = 0; i < kTries; ++i) {
        agent::Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
            return fd;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    give_up("it does not start");
}

}  // namespace

MaarSettings maar_settings() {
    ProtocolSettings protocol;
    protocol.lifetime = std::chrono::hours(10);
    protocol.heartbeat_interval = std::chrono::seconds(0);
    protocol.timestamp_window = std::chrono::minutes(1);
    MaarSettings out = Domain(9).maar(1, protocol);
    out.core_interface = "core0";
    out.pool = pool_of(1);
    out.nodes.clear();
    out.advert.interval = std::chrono::minutes(30);
    return out;
}

MaarProcess::MaarProcess(const NetworkNamespace& where, const std::string& folder)
    : control_path_(folder + "/maar.sock"),
      kernel_time_(shared_time()),
      process_([&] {
          where.enter();
          stay_on_processor(kAnswering);
          return run_agent(control_path_, *kernel_time_);
      }),
      control_(connect_to(control_path_)) {}

void MaarProcess::attach(const LinkLayerAddress& mac) {
    const std::string line = control::encode(control::Request(control::AttachRequest{
                                 .mac = to_text(mac), .link = "lan0", .mn = ""})) +
                             '\n';
    if (write(control_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        give_up("it takes no requests");
    }
}

void MaarProcess::await_answers(std::size_t count) {
    std::string answers;
    while (static_cast<std::size_t>(std::ranges::count(answers, '\n')) < count) {
        std::array<char, 4096> some{};
        const auto got = read(control_.get(), some.data(), some.size());
        if (got <= 0) give_up("it has hung up");
        answers.append(some.data(), static_cast<std::size_t>(got));
    }
    if (answers.find("\"code\":8") != std::string::npos) give_up("it says " + answers);
}

std::chrono::nanoseconds MaarProcess::take_kernel_time() {
    return std::chrono::nanoseconds(kernel_time_->exchange(0));
}

}  // namespace dmm::bench
