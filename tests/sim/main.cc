// Worlds drawn from seeds: nodes that move at random over a network that loses, doubles and
// delays messages, on kernels that are slow or refuse, with clocks that differ; and an oracle
// that looks while it goes and when all is quiet. Same seed, same run.
//   dmm-sim [--seeds N] [--first S] [--mode MODE|all] [--verbose] [--hostile] [--crashes]
//           [--mutant NAME] [--first-only] [--FAULT CEILING]...
// A violation prints its seed, its faults and a scenario, as short as it could be made, that
// shows the same; tests/scenarios runs it.
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "lib/base/text.h"
#include "tests/sim/faults.h"
#include "tests/sim/play.h"
#include "tests/sim/scenario.h"
#include "tests/sim/shrink.h"
#include "tests/support/mutants.h"

namespace dmm::test {
namespace {

constexpr std::chrono::seconds kShrinkingTime{5};

// --crashes adds them again.
constexpr Faults without_crashes(Faults faults) {
    faults.crash = 0;
    return faults;
}

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 200;
    bool verbose = false;
    bool first_only = false;         // stop at the first violation, and say no more than that
    std::optional<DomainMode> mode;  // absent: one after the other
    // What a domain stands. --hostile adds refusals of the kernels and clocks that differ.
    Faults ceiling{.loss = 20,
                   .duplication = 10,
                   .reordering = 20,
                   .partition = 10,
                   .slowness = 10,
                   .crash = kHostile.crash};
};

// `kinds` counts what was seen before: of each kind one scenario is enough.
bool run_seed(std::uint64_t seed, const Options& options, std::map<std::string, unsigned>& kinds) {
    Rng rng(Seed{seed});
    const Faults faults = draw_faults(options.ceiling, rng);
    Script script = draw_script(faults, rng);
    script.mode = options.mode.value_or(static_cast<DomainMode>(seed % kDomainModeNames.size()));
    const Listener listener =
        options.verbose ? [](const std::string& line) { std::cout << line << '\n'; } : Listener{};
    const Outcome outcome = play(script, listener);
    if (outcome.violations.empty()) return true;
    const std::string kind = kind_of(outcome.violations.front());
    std::cout << "seed " << seed << ": " << outcome.violations.front() << '\n';
    if (options.first_only) return false;
    if (++kinds[kind] > 1) return false;
    for (std::size_t i = 1; i < outcome.violations.size(); ++i)
        std::cout << "  also " << outcome.violations[i] << '\n';
    std::cout << "  faults: " << faults_text(faults) << '\n';
    const Script shorter = shrink(script, outcome, kShrinkingTime);
    std::cout << scenario_text(shorter, "Seed " + std::to_string(seed) + ": " + kind);
    return false;
}

int run(const Options& options) {
    std::uint64_t failed = 0;
    std::map<std::string, unsigned> kinds;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
        if (!run_seed(options.first + i, options, kinds)) ++failed;
        if (failed > 0 && options.first_only) return 1;
    }
    for (const auto& [kind, count] : kinds)
        std::cout << "  " << count << " times: " << kind << '\n';
    std::cout << options.seeds - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}

template <typename Number>
bool take_number(std::span<char*> arguments, std::size_t& at, Number& value) {
    if (at + 1 >= arguments.size()) return false;
    const auto number = parse_number<Number>(arguments[++at]);
    if (number) value = *number;
    return number.has_value();
}

bool take_mode(std::span<char*> arguments, std::size_t& at, std::optional<DomainMode>& mode) {
    if (at + 1 >= arguments.size()) return false;
    const std::string name = arguments[++at];
    mode = parse_domain_mode(name);
    return mode || name == "all";
}

bool take_mutant(std::span<char*> arguments, std::size_t& at) {
    return at + 1 < arguments.size() && wake_mutant(arguments[++at]);
}

bool take_fault(std::span<char*> arguments, std::size_t& at, Faults& ceiling) {
    for (const FaultName& fault : kFaultNames) {
        if (arguments[at] == "--" + std::string(fault.name)) {
            return take_number(arguments, at, ceiling.*fault.value);
        }
    }
    return false;
}

int main_with(std::span<char*> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument = arguments[i];
        bool good = true;
        if (argument == "--seeds")
            good = take_number(arguments, i, options.seeds);
        else if (argument == "--first")
            good = take_number(arguments, i, options.first);
        else if (argument == "--verbose")
            options.verbose = true;
        else if (argument == "--mode")
            good = take_mode(arguments, i, options.mode);
        else if (argument == "--first-only")
            options.first_only = true;
        else if (argument == "--mutant")
            good = take_mutant(arguments, i);
        else if (argument == "--hostile")
            options.ceiling = without_crashes(kHostile);
        else if (argument == "--crashes")
            options.ceiling.crash = kHostile.crash;
        else
            good = take_fault(arguments, i, options.ceiling);
        if (!good) {
            std::cerr << "usage: dmm-sim [--seeds N] [--first S] [--mode MODE|all] [--verbose] "
                         "[--hostile]\n"
                         "       [--crashes] [--first-only] [--mutant NAME, in BUILD=mutants]\n"
                         "       and ceilings in percent (skew: in ms):";
            for (const FaultName& fault : kFaultNames)
                std::cerr << " --" << fault.name << " N";
            std::cerr << '\n';
            return 2;
        }
    }
    return run(options);
}

}  // namespace
}  // namespace dmm::test

int main(int argc, char** argv) {
    return dmm::test::main_with(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
