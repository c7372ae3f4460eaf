// The scene of the demonstration with daemons that can be killed, and how it begins and ends.
#pragma once

#include <expected>
#include <string>

#include "tests/crash/report.h"
#include "tools/demo/daemons.h"
#include "tools/demo/leftovers.h"
#include "tools/demo/topology.h"

namespace dmm::crash {

struct Options {
    std::string prefix;  // of the namespaces
    std::string folder;  // takes configurations, sockets and logs
    std::string dmmd;
    std::string mode = "proxy";
    std::string only;  // cases with this in their names; all if empty
    std::uint64_t seed = 1;
    int moves = 300;
    int nodes = 8;
};

class Stage {
public:
    Stage(const Options& options, int crowd);

    // Makes the network, delays on every link of its core, starts the daemons.
    [[nodiscard]] bool begin(Report& report);
    // Stops the daemons in order, which takes everything of theirs out of the kernels.
    void end(Report& report);

    [[nodiscard]] const demo::Topology& topology() const { return topology_; }

    [[nodiscard]] demo::Daemons& daemons() { return daemons_; }

private:
    // What travels is seen before it arrives: a daemon can be killed in between.
    [[nodiscard]] std::expected<void, std::string> slow_down() const;

    demo::Topology topology_;
    demo::Daemons daemons_;
    demo::Snapshot before_;
};

}  // namespace dmm::crash
