#include "tests/sim/play.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/model/limits.h"
#include "tests/support/oracle.h"

namespace dmm::test {

std::uint64_t message_bound(const Script& script, std::uint64_t moves) {
    // A move costs a PBU and its answer, with the CMD and with every other anchor; the same again
    // where it crosses the one before. More than one solicitation is for messages that got lost.
    std::uint64_t each = 2 * 2 * script.maars;
    // What it leaves behind is released: a PBU to the CMD, one to the anchor.
    if (script.idle_release.count() > 0) each += 2 * 2;
    // While all settles, every session is renewed, wherever the host has been.
    return moves * each + script.hosts * 2 * script.maars;
}

std::string kind_of(const std::string& violation) {
    std::string kind;
    std::string word;
    for (const char c : violation + ' ') {
        if (c != ' ') {
            word += c;
            continue;
        }
        // Names and times have digits; sentences have none.
        if (word.find_first_of("0123456789") == std::string::npos) {
            kind += (kind.empty() ? "" : " ") + word;
        }
        word.clear();
    }
    return kind;
}

Outcome play(const Script& script, const Listener& listener) {
    World world;
    world.on_line = listener;
    build(script, world);
    Outcome outcome;
    for (const Step& step : steps_of(script)) {
        world.run_for(step.at - world.elapsed());
        perform(step, world);
        if (std::holds_alternative<Move>(step.input->what)) ++outcome.moves;
    }
    world.run_for(script.calm_at - world.elapsed());
    world.channel.follow({}, Seed{0});
    world.run_for(kSettling);
    outcome.messages = world.messages();
    outcome.decisions = world.channel.drawn();
    // What meets a fault is repeated five times at most, and each may be doubled.
    const bool clean = outcome.decisions.empty() && script.decisions.empty() &&
                       std::all_of(script.inputs.begin(), script.inputs.end(), [](auto& input) {
                           return std::holds_alternative<Move>(input.what);
                       });
    const std::uint64_t bound =
        message_bound(script, outcome.moves) * (clean ? 1 : 2 * limits::kPbuTries);
    if (outcome.messages > bound) {
        world.violations.push_back(std::to_string(outcome.messages) + " messages for " +
                                   std::to_string(outcome.moves) + " moves");
    }
    const auto disagreeing = discord(world);
    world.violations.insert(world.violations.end(), disagreeing.begin(), disagreeing.end());
    for (const auto& [name, host] : world.hosts())
        world.move(name, "", Soliciting::Not);
    // Mostly all is gone with the lifetimes, and a day of heartbeats would show nothing more.
    world.run_for(kSettling);
    if (!leftovers(world).empty()) world.run_for(kFading - kSettling);
    const auto left = leftovers(world);
    world.violations.insert(world.violations.end(), left.begin(), left.end());
    outcome.violations = std::move(world.violations);
    return outcome;
}

}  // namespace dmm::test
