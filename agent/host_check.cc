#include "agent/host_check.h"

#include <string>
#include <variant>

#include "agent/host_survey.h"
#include "agent/preflight.h"

namespace dmm::agent {
namespace {

constexpr const char* kNoneNeeded = "a CMD needs none";

}  // namespace

std::vector<Finding> check_host(const Settings& settings) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    Trials trials = maar == nullptr ? untried(kNoneNeeded) : try_all(*maar, "just now");
    return judge(survey(settings, std::move(trials), Survey::Whole), settings);
}

Trials check_at_start(const Settings& settings, bool dry_run, LogSink& log) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    Trials trials = untried(kNoneNeeded);
    if (maar != nullptr) trials = dry_run ? untried("this is a dry run") : try_beside_driver(*maar);
    for (const Finding& finding : judge(survey(settings, trials, Survey::Quick), settings)) {
        if (finding.severity < Severity::Warning) continue;
        log.say(LogLevel::Warning,
                "check",
                Line("")
                    .add("name", finding.name)
                    .add("severity", name_of(finding.severity))
                    .add("found", finding.found)
                    .add("remedy", finding.remedy));
    }
    return trials;
}

std::vector<control::FindingView> finding_views(const std::vector<Finding>& findings) {
    std::vector<control::FindingView> out;
    out.reserve(findings.size());
    for (const Finding& finding : findings) {
        out.push_back({.name = finding.name,
                       .severity = std::string(name_of(finding.severity)),
                       .found = finding.found,
                       .remedy = finding.remedy});
    }
    return out;
}

std::optional<std::vector<Finding>> HostCheck::run(const Settings& settings, SteadyTime now) {
    if (!bucket_.take(now)) return std::nullopt;
    return judge(survey(settings, trials_, Survey::Quick), settings);
}

}  // namespace dmm::agent
