#include "tools/dmmctl/operation.h"

#include <optional>
#include <utility>
#include <variant>

#include "lib/base/words.h"
#include "lib/control/reply_payload.h"
#include "tools/dmmctl/arguments.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

std::string change_text(const control::ChangeView& change) {
    const auto shown = [](const std::string& value) {
        return value.empty() ? "absent" : printable(value);
    };
    return printable(change.key) + ": " + shown(change.before) + " -> " + shown(change.after) +
           '\n';
}

std::string keys_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " key" : " keys");
}

std::string refused_text(const control::ReloadView& view) {
    std::string out =
        "nothing is changed: these keys cannot be while the daemon runs; put them "
        "back, or `systemctl restart dmmd@" +
        printable(view.instance) + "`\n";
    for (const control::ChangeView& change : view.changes) {
        if (change.restart) out += change_text(change);
    }
    return out;
}

std::string invalid_text(const control::ReloadView& view) {
    std::string out = "nothing is changed: " + printable(view.file) + " has " +
                      std::to_string(view.errors.size()) +
                      (view.errors.size() == 1 ? " error" : " errors") + "\n";
    for (const control::ConfigFaultView& error : view.errors) {
        out += printable(view.file) + ':' + printable(error.key) + ": " + printable(error.message) +
               '\n';
    }
    return out;
}

int order_draining(const Context& context, Words words, bool on) {
    const auto arguments = Arguments::read(words, {});
    if (!arguments) return misused(context, on ? "drain" : "undrain", arguments.error());
    return ask(context, control::DrainRequest{.on = on});
}

}  // namespace

std::string reload_text(const control::ReloadView& view) {
    if (view.outcome == "invalid") return invalid_text(view);
    if (view.outcome == "refused") return refused_text(view);
    if (view.changes.empty()) return "nothing has changed\n";
    std::string out;
    for (const control::ChangeView& change : view.changes)
        out += change_text(change);
    return out + keys_text(view.changes.size()) + (view.dry_run ? " would change\n" : " changed\n");
}

std::string log_text(const control::LogView& view) {
    const bool differs = view.level != view.configured;
    return printable(view.level) +
           (differs ? "; configured is " + printable(view.configured) : std::string()) + '\n';
}

int reload(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {}, .values = {}, .flags = {"--dry-run"}});
    if (!arguments) return misused(context, "reload", arguments.error());
    const auto answer =
        fetch(context, control::ReloadRequest{.dry_run = arguments->has("--dry-run")});
    if (!answer) return answer.error();
    const auto& view = std::get<control::ReloadView>(answer->reply);
    const bool good = view.outcome == "applied" || view.outcome == "unchanged";
    if (context.line.json)
        context.environment.out << control::payload_of(answer->line);
    else if (good)
        context.environment.out << reload_text(view);
    else
        context.environment.err << "dmmctl: " << reload_text(view);
    return good ? kDone : kFailed;
}

int drain(const Context& context, Words words) {
    return order_draining(context, words, /*on=*/true);
}

int undrain(const Context& context, Words words) {
    return order_draining(context, words, /*on=*/false);
}

int log(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {"LEVEL"}, .values = {}, .flags = {}, .optional = 1});
    if (!arguments) return misused(context, "log", arguments.error());
    const std::string word = arguments->operand_or_none(0);
    const auto level = parse_log_level(word);
    if (!word.empty() && !level) {
        return complain(
            context,
            kUsage,
            "log: " + unknown_word("level", word, {kLogLevelNames.begin(), kLogLevelNames.end()}));
    }
    return ask(context, control::LogRequest{.level = level});
}

}  // namespace dmm::dmmctl
