// A dmmd as CMD of the benchmarks' domain.
#pragma once

#include <string>

#include "tests/bench/sections.h"
#include "tests/bench/stage.h"

namespace dmm::bench {

// Nine MAARs with pools for all nodes, no limit to the pace of PBUs, and nothing due by itself: no
// heartbeats, and registrations that last for hours.
[[nodiscard]] std::string cmd_configuration(const std::string& control_socket);

// Starts it in `where`, on `processor`; returns when it listens, or exits with a word.
class CmdDaemon {
public:
    CmdDaemon(const NetworkNamespace& where,
              const Programs& programs,
              unsigned processor = kAnswering);

    [[nodiscard]] Child& process() { return process_; }

private:
    Child process_;
};

}  // namespace dmm::bench
