#include "lib/control/finding_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace dmm::control {
namespace {

constexpr std::size_t kSeverityWidth = 9;
constexpr std::array<std::string_view, 4> kSeverities{"error", "warning", "ok", "unseen"};

std::size_t count(const std::vector<FindingView>& findings, std::string_view severity) {
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &FindingView::severity));
}

bool is_quiet(const FindingView& finding) {
    return finding.severity == "ok" || finding.severity == "unseen";
}

std::string padded(std::string_view word) {
    std::string out(word);
    out.resize(std::max(kSeverityWidth, word.size() + 1), ' ');
    return out;
}

}  // namespace

std::string findings_text(const std::vector<FindingView>& findings, bool verbose) {
    std::string out;
    for (const FindingView& finding : findings) {
        if (!verbose && is_quiet(finding)) continue;
        out += padded(finding.severity) + finding.name + ": " + finding.found + '\n';
        if (!finding.remedy.empty()) out += padded("") + "remedy: " + finding.remedy + '\n';
    }
    std::string counts;
    for (const std::string_view severity : kSeverities) {
        const std::size_t number = count(findings, severity);
        if (number == 0) continue;
        if (!counts.empty()) counts += ", ";
        counts += std::to_string(number) + ' ' + std::string(severity);
        const bool countable = severity == "error" || severity == "warning";
        if (countable && number > 1) counts += 's';
    }
    return out + (counts.empty() ? "nothing was checked" : counts) + '\n';
}

int exit_code_of(const std::vector<FindingView>& findings) {
    if (count(findings, "error") > 0) return kErrorsFound;
    return std::ranges::all_of(findings, is_quiet) ? 0 : kWarningsFound;
}

}  // namespace dmm::control
