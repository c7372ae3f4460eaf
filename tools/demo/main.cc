// dmm-demo: plays and judges the demonstration. tools/demo/demo starts it where the kernel
// has tunnels and cleans up behind it.

#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "lib/base/text.h"
#include "lib/model/domain_mode.h"
#include "tools/demo/journey.h"
#include "tools/demo/outcome.h"
#include "tools/demo/scene.h"
#include "tools/demo/screen.h"

namespace {

using dmm::demo::Options;
using dmm::demo::Outcome;
using dmm::demo::Screen;
using dmm::demo::Tone;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;
constexpr int kMovesAtMost = 30;
constexpr std::size_t kFaultsAgain = 5;  // shown at the end once more

constexpr std::string_view kUsageText =
    "usage: dmm-demo --prefix NAME --folder DIR --dmmd PROGRAM [--moves N] [--mode MODE] [--cold] "
    "[--verbose] "
    "[--colour]\n"
    "(started by tools/demo/demo)";

// The value of one option; nullopt if the words are not understood.
std::optional<Options> options_of(std::span<const std::string> words) {
    Options out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--verbose") {
            out.verbose = true;
            continue;
        }
        if (word == "--cold") {
            out.cold = true;
            continue;
        }
        if (word == "--colour") {
            out.colour = true;
            continue;
        }
        if (++i == words.size()) return std::nullopt;
        if (word == "--prefix") {
            out.prefix = words[i];
        } else if (word == "--folder") {
            out.folder = words[i];
        } else if (word == "--dmmd") {
            out.dmmd = words[i];
        } else if (word == "--mode") {
            if (!dmm::parse_domain_mode(words[i])) return std::nullopt;
            out.mode = words[i];
        } else if (word == "--moves") {
            const auto moves = dmm::parse_number<int>(words[i], 1, kMovesAtMost);
            if (!moves) return std::nullopt;
            out.moves = *moves;
        } else {
            return std::nullopt;
        }
    }
    if (out.prefix.empty() || out.folder.empty() || out.dmmd.empty()) return std::nullopt;
    return out;
}

// SIGINT and SIGTERM are taken by the observer between two steps, so that everything is
// ended in order. A shell starts background processes with SIGINT ignored.
void hold_ending_signals() {
    sigset_t set;
    (void)sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM}) {
        (void)::signal(number, SIG_DFL);
        (void)sigaddset(&set, number);
    }
    (void)::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    (void)::signal(SIGPIPE, SIG_IGN);
}

void show_verdict(const Screen& screen, const Outcome& outcome) {
    screen.heading("what it took");
    for (const std::string& line : dmm::demo::table(outcome))
        screen.line(line);
    screen.line("");
    screen.line("  times by the kernel's clock at the node's interface, from its first RS;",
                Tone::Faint);
    screen.line("  lost: UDP at 1000 packets/s, node -> cn (up) + cn -> node (down), from one",
                Tone::Faint);
    screen.line("  place to the next, the time without a carrier included", Tone::Faint);
    screen.line("");
    if (outcome.tcp_fault.empty()) {
        screen.line("  TCP: " + std::to_string(outcome.tcp_octets) +
                        " octets arrived as sent, over one connection",
                    Tone::Good);
    } else {
        screen.line("  TCP: " + outcome.tcp_fault, Tone::Bad);
    }
    const std::size_t faults = outcome.faults.size();
    for (std::size_t i = 0; i < faults && i < kFaultsAgain; ++i) {
        screen.paragraph("  ! " + outcome.faults[i], Tone::Bad);
    }
    if (faults > kFaultsAgain) {
        screen.line("  ! and " + std::to_string(faults - kFaultsAgain) + " more, see above",
                    Tone::Bad);
    }
    screen.line(outcome.good() ? "  verdict: the node moved, its connections did not notice"
                               : "  verdict: FAILED",
                outcome.good() ? Tone::Good : Tone::Bad);
    screen.line("");
    screen.whole(dmm::demo::summary(outcome));
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const std::optional<Options> options = options_of(words);
    if (!options) {
        Screen(/*colour=*/false).whole(kUsageText);
        return kUsage;
    }
    hold_ending_signals();
    const Screen screen(options->colour);
    dmm::demo::Journey journey(*options, screen);
    const Outcome outcome = journey.play();
    show_verdict(screen, outcome);
    if (journey.interrupted()) return kInterrupted;
    return outcome.good() ? 0 : kFailed;
}
