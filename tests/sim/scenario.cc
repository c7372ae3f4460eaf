#include "tests/sim/scenario.h"

#include <sstream>

#include "lib/base/text.h"
#include "tests/sim/play.h"

namespace dmm::test {
namespace {

struct Writer {
    bool ends;

    std::string operator()(const Move& move) const {
        if (move.maar.empty()) return move.host + " moves away\n";
        return move.host + " moves " + move.maar + " insistently\n";
    }

    std::string operator()(const Clock& clock) const {
        return "clock " + clock.node + ' ' + to_text(clock.ahead) + '\n';
    }

    std::string operator()(const Partition& partition) const {
        return (ends ? "join " : "cut ") + partition.a + ' ' + partition.b + '\n';
    }

    std::string operator()(const Refusal& refusal) const {
        return "kernel " + refusal.maar + (ends ? " works\n" : " refuses \"No buffer space\"\n");
    }

    std::string operator()(const Slowness& slowness) const {
        const Duration takes = ends ? FakeKernel{}.delay : slowness.takes;
        const Duration silent = ends ? Duration{} : slowness.silent;
        return "kernel " + slowness.maar + " takes " + to_text(takes) + "\nkernel " +
               slowness.maar + " hesitates " + to_text(silent) + '\n';
    }

    std::string operator()(const Crash& crash) const {
        const std::string back = crash.resumes ? "resume " : "restart ";
        return (ends ? back : "crash ") + crash.node + '\n';
    }
};

std::string line_of(const Decision& decision) {
    const std::string which =
        std::to_string(decision.number) + ' ' + decision.way.from + "->" + decision.way.to;
    if (decision.fate.lost) return "drop " + which + '\n';
    std::string lines;
    if (decision.fate.doubled) lines += "double " + which + '\n';
    if (decision.fate.late > Duration{}) {
        lines += "delay " + which + ' ' + to_text(decision.fate.late) + '\n';
    }
    return lines;
}

}  // namespace

std::string scenario_text(const Script& script, const std::string& title) {
    const std::string mode = " mode=" + std::string(name_of(script.mode)) + '\n';
    const std::string limit = " max-previous=" + std::to_string(script.most_previous) +
                              (script.nomadic ? " mobility=none" : "");
    const std::string idle = script.idle_release.count() == 0
                                 ? ""
                                 : " idle-release=" + to_text(Duration(script.idle_release));
    std::string text = "# " + title + "\nnode cmd cmd" + limit + mode;
    std::string nodes = "cmd";
    std::string name;
    for (std::uint64_t n = 1; n <= script.maars; ++n) {
        name = "maar" + std::to_string(n);
        text += "node " + name + " maar" + idle + mode;
        nodes += ' ' + name;
    }
    for (std::uint64_t n = 1; n <= script.hosts; ++n)
        text += "host host" + std::to_string(n) + " mac=" + to_text(host_mac(n)) + '\n';
    for (std::istringstream names(nodes); names >> name;)
        text += name + " started counter=1\n";
    for (const Decision& decision : script.decisions)
        text += line_of(decision);
    Duration at{};
    const auto wait_for = [&](Duration until) {
        if (until > at) text += "run " + to_text(until - at) + '\n';
        at = until;
    };
    for (const Step& step : steps_of(script)) {
        wait_for(step.at);
        text += std::visit(Writer{.ends = step.ends}, step.input->what);
    }
    wait_for(script.calm_at);
    text += "run " + to_text(kSettling) + "\nexpect concord\n";
    for (std::uint64_t n = 1; n <= script.hosts; ++n)
        text += "host" + std::to_string(n) + " moves away\n";
    return text + "run " + to_text(kFading) + "\nexpect empty " + nodes + '\n';
}

}  // namespace dmm::test
