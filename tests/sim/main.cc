// Worlds drawn from seeds: nodes that move at random over a network that loses messages, and
// an oracle that looks when all is quiet. Same seed, same run.
//   dmm-sim [--seeds N] [--first S] [--mode proxy|relay|locator|all] [--verbose]
// A violation prints its seed and the transcript's end; `--first S --seeds 1 --verbose` shows
// that run again whole.
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "tests/support/domain.h"
#include "tests/support/world.h"

namespace dmm::test {
namespace {

constexpr std::size_t kShownLines = 40;

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 200;
    bool verbose = false;
    std::optional<DomainMode> mode;  // absent: each in turn
};

std::string maar_name(std::uint64_t n) {
    return "maar" + std::to_string(n);
}

LinkLayerAddress host_mac(std::uint64_t n) {
    return LinkLayerAddress({2, 0, 0, 0, 9, static_cast<std::uint8_t>(n)});
}

// One world. `lines` keeps the end of the transcript.
class Run {
public:
    Run(Seed seed, DomainMode mode, bool verbose) : rng_(seed) {
        world_.on_line = [this, verbose](const std::string& line) {
            if (verbose) std::cout << line << '\n';
            lines_.push_back(line);
            if (lines_.size() > kShownLines) lines_.pop_front();
        };
        maars_ = 2 + rng_.below(4);
        hosts_ = 1 + rng_.below(3);
        const Domain domain(maars_);
        ProtocolSettings protocol;
        protocol.mode = mode;
        world_.add_cmd("cmd", domain.cmd(protocol));
        for (std::uint64_t n = 1; n <= maars_; ++n) {
            world_.add_maar(maar_name(n), domain.maar(n, protocol));
        }
        for (std::uint64_t n = 1; n <= hosts_; ++n) {
            world_.add_host("host" + std::to_string(n), host_mac(n));
        }
        world_.lossy(static_cast<unsigned>(rng_.below(31)), Seed{rng_.next()});
    }

    // What the oracle found; empty is good.
    std::vector<std::string> play() {
        const std::uint64_t moves = 1 + rng_.below(12);
        for (std::uint64_t i = 0; i < moves; ++i) {
            const std::string host = "host" + std::to_string(1 + rng_.below(hosts_));
            world_.move(host, maar_name(1 + rng_.below(maars_)), /*solicit=*/true);
            // From faster than a round trip to slower than every retransmission.
            const Duration pause =
                std::chrono::milliseconds(rng_.below(3) == 0 ? rng_.below(12) : rng_.below(8000));
            world_.run_for(pause);
        }
        world_.lossy(0, Seed{0});
        // Longer than the slowest back-off, shorter than the first renewal.
        world_.run_for(std::chrono::seconds(80));
        std::vector<std::string> found = world_.violations;
        for (std::uint64_t n = 1; n <= hosts_; ++n)
            look(n, found);
        return found;
    }

    [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

private:
    void look(std::uint64_t n, std::vector<std::string>& found) {
        const std::string name = "host" + std::to_string(n);
        const MobileHost& host = *world_.host(name);
        if (host.at.empty()) return;
        const MnId mn = MnId::eui48(host.mac);
        const auto& sessions = world_.cmd("cmd")->sessions();
        const auto session = sessions.find(mn);
        if (session == sessions.end()) {
            found.push_back(name + ": the CMD does not know it");
            return;
        }
        const auto* maar = world_.maar(host.at);
        if (session->second.serving.maar != maar->settings().address) {
            found.push_back(name + ": the CMD has it elsewhere");
        }
        const auto here = maar->sessions().find(mn);
        if (here == maar->sessions().end() || core::state_name(here->second) != "serving") {
            found.push_back(name + ": its MAAR does not serve it");
            return;
        }
        reach_all(name, session->second, found);
        agree(name, session->second, here->second, found);
    }

    void reach_all(const std::string& name,
                   const core::CmdSession& session,
                   std::vector<std::string>& found) {
        std::vector<Prefix> live = session.serving.prefixes;
        for (const core::PreviousAnchor& previous : session.previous) {
            live.insert(
                live.end(), previous.anchor.prefixes.begin(), previous.anchor.prefixes.end());
        }
        for (const Prefix& prefix : live) {
            const std::string missing = world_.reach(name, prefix);
            if (!missing.empty()) found.push_back(name + ' ' + to_text(prefix) + ": " + missing);
        }
    }

    static void agree(const std::string& name,
                      const core::CmdSession& cmd,
                      const core::MaarSession& maar,
                      std::vector<std::string>& found) {
        std::vector<Ip6Address> listed;
        for (const auto& previous : cmd.previous)
            listed.push_back(previous.anchor.maar);
        std::vector<Ip6Address> known;
        for (const auto& anchor : maar.anchors)
            known.push_back(anchor.maar);
        std::sort(listed.begin(), listed.end());
        std::sort(known.begin(), known.end());
        if (listed != known) found.push_back(name + ": CMD and S-MAAR list other anchors");
    }

    Rng rng_;
    World world_;
    std::uint64_t maars_ = 0;
    std::uint64_t hosts_ = 0;
    std::deque<std::string> lines_;
};

int run(const Options& options) {
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
        const std::uint64_t seed = options.first + i;
        constexpr std::array kModes{DomainMode::Proxy, DomainMode::Relay, DomainMode::Locator};
        Run world(Seed{seed}, options.mode.value_or(kModes.at(seed % 3)), options.verbose);
        const std::vector<std::string> found = world.play();
        if (found.empty()) continue;
        ++failed;
        std::cout << "seed " << seed << ":\n";
        for (const std::string& what : found)
            std::cout << "  " << what << '\n';
        if (failed > 1 || options.verbose) continue;
        std::cout << "  the end of its transcript:\n";
        for (const std::string& line : world.lines())
            std::cout << "    " << line << '\n';
    }
    std::cout << options.seeds - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}

bool take_number(std::span<char*> arguments, std::size_t& at, std::uint64_t& value) {
    if (at + 1 >= arguments.size()) return false;
    const auto number = parse_number<std::uint64_t>(arguments[++at]);
    if (number) value = *number;
    return number.has_value();
}

bool take_mode(std::span<char*> arguments, std::size_t& at, std::optional<DomainMode>& mode) {
    if (at + 1 >= arguments.size()) return false;
    const std::string name = arguments[++at];
    mode = parse_domain_mode(name);
    return mode || name == "all";
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
        else
            good = false;
        if (!good) {
            std::cerr << "usage: dmm-sim [--seeds N] [--first S] [--mode proxy|relay|locator|all] "
                         "[--verbose]\n";
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
