// crash-tests: daemons that are killed while nodes move. tests/kernel/crash_test.sh and
// tests/kernel/soak_test.sh start it where the kernel has tunnels, and clean up behind it.
#include <csignal>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "lib/model/domain_mode.h"
#include "tests/crash/handovers.h"
#include "tests/crash/report.h"
#include "tests/crash/soak.h"

namespace {

constexpr int kUsage = 2;
constexpr const char* kUsageText =
    "usage: crash-tests handovers|soak --prefix NAME --folder DIR --dmmd PROGRAM [--mode MODE] "
    "[--only CASE] [--seed N] [--moves N] [--nodes N]\n";

bool take(dmm::crash::Options& out, const std::string& name, const std::string& value) {
    if (name == "--prefix") {
        out.prefix = value;
    } else if (name == "--folder") {
        out.folder = value;
    } else if (name == "--dmmd") {
        out.dmmd = value;
    } else if (name == "--only") {
        out.only = value;
    } else if (name == "--mode" && dmm::parse_domain_mode(value)) {
        out.mode = value;
    } else if (const auto number = dmm::parse_number<int>(value, 1, 1'000'000);
               number && name == "--moves") {
        out.moves = *number;
    } else if (number && name == "--nodes" && *number <= 16) {
        out.nodes = *number;
    } else if (const auto seed = dmm::parse_number<std::uint64_t>(value);
               seed && name == "--seed") {
        out.seed = *seed;
    } else {
        return false;
    }
    return true;
}

std::optional<dmm::crash::Options> options_of(std::span<const std::string> words) {
    dmm::crash::Options out;
    if (words.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (!take(out, words[i], words[i + 1])) return std::nullopt;
    }
    if (out.prefix.empty() || out.folder.empty() || out.dmmd.empty()) return std::nullopt;
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto options = words.empty() ? std::nullopt : options_of(std::span(words).subspan(1));
    if (!options || (words[0] != "handovers" && words[0] != "soak")) {
        std::cerr << kUsageText;
        return kUsage;
    }
    (void)std::signal(SIGPIPE, SIG_IGN);
    dmm::crash::Report report;
    if (words[0] == "handovers") {
        dmm::crash::kill_in_every_phase(*options, report);
    } else {
        dmm::crash::soak(*options, report);
    }
    return report.close();
}
