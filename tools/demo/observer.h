// Watches the whole scene from outside while it plays, and tells it on the screen: router
// discovery at the node, signalling at the core router, the daemons' logs.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "tools/demo/capture.h"
#include "tools/demo/daemons.h"
#include "tools/demo/descriptor.h"
#include "tools/demo/ladder.h"
#include "tools/demo/move_clock.h"
#include "tools/demo/screen.h"
#include "tools/demo/topology.h"

namespace dmm::demo {

class Observer {
public:
    // All log lines are shown if `verbose`, else those that matter to a move. `daemons` and
    // `screen` must outlive the observer. SIGINT and SIGTERM must be blocked: they end all
    // waiting.
    [[nodiscard]] static std::expected<Observer, std::string> open(const Topology& topology,
                                                                   Daemons& daemons,
                                                                   const Screen& screen,
                                                                   bool verbose);

    // A fresh clock for a move to the MAAR `to`.
    [[nodiscard]] std::expected<void, std::string> begin_move(int to);

    [[nodiscard]] const MoveClock& clock() const { return clock_; }

    // Watches until `done` says so; false if that takes longer than `bound` or if the user
    // wants to end.
    bool watch(milliseconds bound, const std::function<bool()>& done);
    // Watches for a while.
    void watch(milliseconds time);
    // Shows what has not been shown yet.
    void finish();

    [[nodiscard]] bool interrupted() const { return interrupted_; }

private:
    Observer(const Topology& topology, Daemons& daemons, const Screen& screen, bool verbose);

    void turn(milliseconds wait);
    void take_discovery(const Sighting& sighting);
    void show_logs();

    std::string node_netns_;
    int to_ = 1;
    Daemons* daemons_;
    bool verbose_;
    bool interrupted_ = false;
    Ladder ladder_;
    MoveClock clock_{1};
    Descriptor signals_;
    std::optional<Capture> discovery_;
    std::optional<Capture> signalling_;
    std::optional<Capture> arrivals_;
};

}  // namespace dmm::demo
