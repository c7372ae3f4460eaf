// "hooks": what is run when something happens.
#include <algorithm>
#include <chrono>
#include <vector>

#include "lib/base/text.h"
#include "lib/config/sections.h"
#include "lib/config/values.h"
#include "lib/model/event_name.h"
#include "lib/model/limits.h"

namespace dmm::config {
namespace {

constexpr std::string_view kAllEvents = "*";

Read<std::string> event_name(const Value& value) {
    auto name = text(value);
    if (!name || *name == kAllEvents) return name;
    if (*name == "hook_failed") {
        return std::unexpected(in_quotes(*name) + " would run hooks without end; remove it");
    }
    if (is_event_name(*name)) return name;
    const auto nearest = nearest_word(*name, {kEventNames.begin(), kEventNames.end()});
    return std::unexpected(in_quotes(*name) + " is not an event; " +
                           (nearest ? "did you mean " + in_quotes(*nearest) + "?"
                                    : R"(dmmd(8) lists them, "*" is all of them)"));
}

Read<std::string> argument(const Value& value) {
    auto word = text(value);
    if (word &&
        (word->size() > limits::kHookArgumentOctets || word->find('\0') != std::string::npos)) {
        return std::unexpected(in_quotes(*word) + " cannot be given to a program; give at most " +
                               std::to_string(limits::kHookArgumentOctets) +
                               " octets without zeros");
    }
    return word;
}

HookSettings read_hook(const Value& value, const std::string& pointer, Errors& errors) {
    constexpr Kind kOn{.noun = "names of events", .example = R"(["handover"])"};
    constexpr Kind kRun{.noun = "a program and its arguments",
                        .example = R"(["/etc/dmm/hook.sh"])"};
    Section section(value, pointer, errors);
    HookSettings out;
    const auto on = section.elements<std::string>(
        "on", section.filled_array("on", kEventNames.size(), kOn), event_name);
    report_repeats(
        on, [](const std::string& name) { return name; }, errors);
    const auto run = section.elements<std::string>(
        "run", section.filled_array("run", limits::kHookArguments, kRun), argument);
    if (!run.empty() && run.front().pointer.ends_with("/0") &&
        !run.front().value.starts_with('/')) {
        errors.add(run.front().pointer,
                   in_quotes(run.front().value) +
                       R"( is not an absolute path; give one like "/etc/dmm/hook.sh")");
    }
    section.optional("timeout",
                     out.timeout,
                     DurationIn<milliseconds>(milliseconds(100), std::chrono::minutes(5)));
    section.optional("privileged", out.privileged, flag);
    section.finish();
    out.on = values_of(on);
    out.run = values_of(run);
    return out;
}

}  // namespace

std::vector<HookSettings> read_hooks(const Value::Array& hooks,
                                     const std::string& pointer,
                                     Errors& errors) {
    std::vector<HookSettings> out;
    for (std::size_t i = 0; i < hooks.size(); ++i)
        out.push_back(read_hook(hooks[i], below(pointer, i), errors));
    return out;
}

}  // namespace dmm::config
