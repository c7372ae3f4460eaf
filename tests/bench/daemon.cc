#include "tests/bench/daemon.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/nodes.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;

std::string control_path(const Programs& programs) {
    return programs.folder + "/cmd.sock";
}

int run_daemon(const NetworkNamespace& where, const Programs& programs, unsigned processor) {
    const std::string file = programs.folder + "/cmd.json";
    const std::string log = programs.folder + "/cmd.log";
    std::ofstream(file) << cmd_configuration(control_path(programs));
    where.enter();
    stay_on_processor(processor);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(out, STDERR_FILENO);
    (void)execl(programs.dmmd.c_str(), "dmmd", file.c_str(), nullptr);
    return 127;
}

}  // namespace

std::string cmd_configuration(const std::string& control_socket) {
    std::string maars;
    for (std::uint64_t n = 1; n <= 9; ++n) {
        maars += std::string(n > 1 ? "," : "") + R"({"address": ")" +
                 to_text(Domain::maar_address(n)) + R"(", "pool": ")" + to_text(pool_of(n)) +
                 R"("})";
    }
    return R"({"role": "cmd", "control_socket": ")" + control_socket +
           R"(", "cmd": {"address": ")" + to_text(Domain::cmd_address()) + R"(", "maars": [)" +
           maars +
           R"(]}, "protocol": {"lifetime": "36000s", "heartbeat_interval": "0s",
           "timestamp_window": "1m", "pbu_rate": 1000000, "pbu_burst": 1000000}})";
}

CmdDaemon::CmdDaemon(const NetworkNamespace& where, const Programs& programs, unsigned processor)
    : process_([&] { return run_daemon(where, programs, processor); }) {
    constexpr int kTries = 200;
    for (int i = 0; i < kTries && process_.is_running(); ++i) {
        if (access(control_path(programs).c_str(), F_OK) == 0) {
            // It reads what comes in meanwhile as soon as it is ready.
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    (void)std::fprintf(stderr, "bench: %s does not start; its log:\n", programs.dmmd.c_str());
    std::ifstream log(programs.folder + "/cmd.log");
    for (std::string line; std::getline(log, line);)
        (void)std::fprintf(stderr, "%s\n", line.c_str());
    std::exit(1);
}

}  // namespace dmm::bench
