#include "tests/crash/stage.h"

#include "tests/crash/table.h"
#include "tools/demo/process.h"
#include "tools/demo/scene.h"

namespace dmm::crash {
namespace {

constexpr demo::milliseconds kCommandBound{20'000};

}  // namespace

Stage::Stage(const Options& options, int crowd)
    : topology_(options.prefix, crowd), daemons_(options.folder, options.dmmd, options.mode) {
    daemons_.record();
}

std::expected<void, std::string> Stage::slow_down() const {
    std::string commands = "qdisc add dev cmd root netem delay 15ms\n";
    for (int maar = 1; maar <= demo::kMaars; ++maar)
        commands += "qdisc add dev " + demo::maar_name(maar) + " root netem delay 15ms\n";
    const auto done = demo::run({.netns = topology_.netns("core"), .words = {"tc", "-batch", "-"}},
                                commands,
                                kCommandBound);
    if (!done) return std::unexpected(done.error());
    return {};
}

bool Stage::begin(Report& report) {
    if (!report.sound("the network is there", topology_.build())) return false;
    if (!report.sound("its core takes time", slow_down())) return false;
    auto before = demo::take_settled_snapshot(topology_);
    if (!before) {
        report.check("it is quiet", before.error());
        return false;
    }
    before_ = std::move(*before);
    return report.sound("the daemons run", daemons_.start(topology_));
}

void Stage::end(Report& report) {
    std::string faults;
    for (const std::string& fault : daemons_.stop())
        faults += "\n    " + fault;
    report.check("all daemons end in order", faults);
    const auto after = demo::take_snapshot(topology_);
    report.check("and leave nothing behind", after ? difference(before_, *after) : after.error());
}

}  // namespace dmm::crash
