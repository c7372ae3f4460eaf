// The play itself: the node attaches, opens its connections, moves, and all is judged.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/ip.h"
#include "tools/demo/daemons.h"
#include "tools/demo/leftovers.h"
#include "tools/demo/observer.h"
#include "tools/demo/outcome.h"
#include "tools/demo/process.h"
#include "tools/demo/radio.h"
#include "tools/demo/screen.h"
#include "tools/demo/tally.h"
#include "tools/demo/topology.h"

namespace dmm::demo {

struct Options {
    std::string prefix;  // of the namespaces' names
    std::string folder;  // for configurations, sockets, logs
    std::string dmmd;    // the program under demonstration
    std::string mode = "proxy";
    int moves = 3;
    bool verbose = false;
    bool cold = false;  // without the guest who visits every router first
    bool colour = false;
};

class Journey {
public:
    Journey(const Options& options, const Screen& screen);

    // Everything from the first namespace to the last leftover. What goes wrong is in the
    // outcome; what can still be tried after a fault is tried.
    [[nodiscard]] Outcome play();

    // The user ended it before its time.
    [[nodiscard]] bool interrupted() const { return observer_ && observer_->interrupted(); }

private:
    // Notes the fault if there is one; true if there is none.
    bool sound(const std::expected<void, std::string>& step);
    void fault(const std::string& text);

    // Reads the programs that will be timed, so that no disk stands in a handover.
    [[nodiscard]] std::expected<void, std::string> warm_up() const;
    [[nodiscard]] std::expected<void, std::string> rehearse();
    [[nodiscard]] std::expected<void, std::string> set_stage();
    [[nodiscard]] std::expected<void, std::string> attach_first();
    [[nodiscard]] std::expected<void, std::string> open_connections();
    void move(int from, int to);
    [[nodiscard]] std::expected<void, std::string> roam(int to);
    void count_losses(MoveOutcome& move);
    void probe_if_home(int from, int to, const std::vector<NodeAddress>& held);
    void try_all_addresses();
    void end_connections();
    void end_daemons();
    void draw_scene(int at);

    Options options_;
    const Screen& screen_;
    Topology topology_;
    Daemons daemons_;
    Outcome outcome_;
    std::optional<Observer> observer_;
    std::optional<Radio> radio_;
    SharedTally tally_;
    std::optional<Process> traffic_;
    Snapshot before_;
    Ip6Address first_;             // the node's first address: all streams use it
    std::uint32_t judged_up_ = 0;  // datagrams whose fate belongs to an earlier move
    std::uint32_t judged_down_ = 0;
};

}  // namespace dmm::demo
