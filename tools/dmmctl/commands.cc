#include "tools/dmmctl/commands.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/words.h"
#include "lib/control/finding_text.h"
#include "lib/control/protocol.h"
#include "lib/control/trace_line.h"
#include "tools/dmmctl/arguments.h"
#include "tools/dmmctl/client.h"
#include "tools/dmmctl/command_line.h"
#include "tools/dmmctl/context.h"
#include "tools/dmmctl/decode.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/monitor.h"
#include "tools/dmmctl/operation.h"
#include "tools/dmmctl/show.h"
#include "tools/dmmctl/socket_choice.h"
#include "tools/dmmctl/support_bundle.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

struct Command {
    std::string_view name;
    int (*run)(const Context& context, Words words);
    std::string_view arguments;
    std::string_view summary;
};

int status(const Context& context, Words words);
int attach(const Context& context, Words words);
int detach(const Context& context, Words words);
int remove(const Context& context, Words words);
int trace(const Context& context, Words words);
int monitor(const Context& context, Words words);
int check(const Context& context, Words words);
int metrics(const Context& context, Words words);
int shutdown(const Context& context, Words words);
int decode(const Context& context, Words words);
int help(const Context& context, Words words);

constexpr std::array<Command, 17> kCommands{{
    {"status", status, "", "how the daemon is; what is done without a command"},
    {"show",
     show,
     "VIEW [FILTER...] [--long]",
     "a table of nodes, peers and more; see `help show`"},
    {"attach", attach, "MAC --link IF [--mn ID]", "serve a node at an access link"},
    {"detach", detach, "MN [--now]", "a node has left; --now ends its session too"},
    {"remove", remove, "MN [MAAR]", "a node loses an anchor, or ends altogether; on a CMD"},
    {"trace", trace, "", "events and actions as they happen, until interrupted"},
    {"monitor",
     monitor,
     "[event=NAME,...] [mn=ID]",
     "what happens, a line for each event, until interrupted"},
    {"check", check, "[--verbose]", "what this host lacks or has set wrong, with remedies"},
    {"reload", reload, "[--dry-run]", "read the configuration again, and apply what differs"},
    {"drain", drain, "", "a MAAR takes no new nodes, before maintenance"},
    {"undrain", undrain, "", "a MAAR takes new nodes again"},
    {"log", log, "[LEVEL]", "how much is logged: error, warning, info or debug"},
    {"metrics", metrics, "", "counts and times for monitoring, as Prometheus reads them"},
    {"support-bundle",
     support_bundle,
     "FILE [--force] [--anonymous]",
     "what a report of a fault needs, in one tar file; without secrets"},
    {"shutdown",
     shutdown,
     "[--flush | --keep]",
     "the daemon ends; a MAAR's forwarding goes or stays"},
    {"decode",
     decode,
     "[--hex] --src ADDRESS --dst ADDRESS FILE",
     "a captured Mobility Header in words; needs no daemon"},
    {"help", help, "[COMMAND]", "this list, or one command's usage"},
}};

template <typename Rows>
std::vector<std::string_view> names_of(const Rows& rows) {
    std::vector<std::string_view> out;
    for (const auto& row : rows)
        out.push_back(row.name);
    return out;
}

template <typename Rows>
const typename Rows::value_type* row_named(const Rows& rows, std::string_view name) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

std::string usage_of(const Command& command) {
    std::string out = "dmmctl " + std::string(command.name);
    if (!command.arguments.empty()) out += ' ' + std::string(command.arguments);
    return out;
}

std::vector<control::FindingView> cleaned(std::vector<control::FindingView> findings) {
    for (control::FindingView& finding : findings) {
        for (std::string* field :
             {&finding.name, &finding.severity, &finding.found, &finding.remedy}) {
            *field = printable(*field);
        }
    }
    return findings;
}

int status(const Context& context, Words words) {
    const auto arguments = Arguments::read(words, {});
    if (!arguments) return misused(context, "status", arguments.error());
    return ask(context, control::ShowRequest{.what = control::Show::Status});
}

int attach(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {"MAC"}, .values = {"--link", "--mn"}, .flags = {}});
    if (!arguments) return misused(context, "attach", arguments.error());
    if (!arguments->has("--link")) return misused(context, "attach", "--link is missing");
    return ask(context,
               control::AttachRequest{.mac = arguments->operand(0),
                                      .link = arguments->value("--link"),
                                      .mn = arguments->value("--mn")});
}

int detach(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {"MN"}, .values = {}, .flags = {"--now"}});
    if (!arguments) return misused(context, "detach", arguments.error());
    return ask(context,
               control::DetachRequest{.mn = arguments->operand(0), .now = arguments->has("--now")});
}

int remove(const Context& context, Words words) {
    const auto arguments = Arguments::read(
        words, {.operands = {"MN", "MAAR"}, .values = {}, .flags = {}, .optional = 1});
    if (!arguments) return misused(context, "remove", arguments.error());
    return ask(
        context,
        control::RemoveRequest{.mn = arguments->operand(0), .maar = arguments->operand_or_none(1)});
}

int check(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {}, .values = {}, .flags = {"--verbose"}});
    if (!arguments) return misused(context, "check", arguments.error());
    const bool verbose = arguments->has("--verbose");
    using Findings = std::vector<control::FindingView>;
    const auto reply =
        ask(context, control::CheckRequest{}, [verbose](const control::Reply& answer) {
            return findings_text(cleaned(std::get<Findings>(answer)), verbose);
        });
    return reply ? exit_code_of(std::get<Findings>(*reply)) : reply.error();
}

int metrics(const Context& context, Words words) {
    const auto arguments = Arguments::read(words, {});
    if (!arguments) return misused(context, "metrics", arguments.error());
    if (context.line.json) {
        return misused(context,
                       "metrics",
                       "--json is not for it: what it prints is for programs as it is; `dmmctl "
                       "--json show counters` has counters as JSON");
    }
    return ask(context, control::MetricsRequest{});
}

int shutdown(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words, {.operands = {}, .values = {}, .flags = {"--flush", "--keep"}});
    if (!arguments) return misused(context, "shutdown", arguments.error());
    const bool flush = arguments->has("--flush");
    const bool keep = arguments->has("--keep");
    if (flush && keep) return misused(context, "shutdown", "--flush and --keep are opposites");
    control::ShutdownRequest request;
    if (flush) request.forwarding = OnExit::Flush;
    if (keep) request.forwarding = OnExit::Keep;
    return ask(context, request);
}

// What a line that came is for a person, or what is wrong with it.
using LineText = std::expected<std::string, std::string> (*)(std::string_view line);

// One call per line that came; says when it has enough.
class Follower {
public:
    Follower(const Context& context, const control::Request& request, LineText text_of)
        : context_(context), request_(request), text_of_(text_of) {}

    bool on_line(std::string_view line) {
        if (std::exchange(first_, false)) return on_reply(line);
        const auto text = text_of_(line);
        if (!text) return stop(text.error());
        context_.environment.out << (context_.line.json ? std::string(line) : *text) << '\n'
                                 << std::flush;
        return static_cast<bool>(context_.environment.out);
    }

    [[nodiscard]] int exit_code() const { return exit_code_; }

private:
    bool on_reply(std::string_view line) {
        const auto reply = control::decode_reply(request_, line);
        if (!reply) return stop(reply.error());
        const auto* failed = std::get_if<control::Failed>(&*reply);
        if (failed == nullptr) return true;
        stop(printable(failed->message));
        exit_code_ = exit_code_of(*failed);
        return false;
    }

    bool stop(std::string_view text) {
        exit_code_ = complain(context_, kFailed, text);
        return false;
    }

    const Context& context_;
    const control::Request& request_;
    LineText text_of_;
    bool first_ = true;
    int exit_code_ = kDone;
};

int follow_daemon(const Context& context, const control::Request& request, LineText text_of) {
    const auto socket = choose_socket(context.line, context.environment.run_directory);
    if (!socket) return complain(context, socket.error().exit_code, socket.error().text);
    Follower follower(context, request, text_of);
    const auto followed =
        follow(*socket, encode(request), context.environment.patience, [&](std::string_view line) {
            return follower.on_line(line);
        });
    return followed ? follower.exit_code() : unreachable_daemon(context, *socket, followed.error());
}

int trace(const Context& context, Words words) {
    const auto arguments = Arguments::read(words, {});
    if (!arguments) return misused(context, "trace", arguments.error());
    return follow_daemon(context, control::TraceRequest{}, [](std::string_view line) {
        auto text = control::trace_text(line);
        if (text) *text = printable(*text);
        return text;
    });
}

int monitor(const Context& context, Words words) {
    const auto request = monitor_request(words);
    if (!request) return misused(context, "monitor", request.error());
    return follow_daemon(context, *request, event_text);
}

int decode(const Context& context, Words words) {
    std::vector<std::string> all(words.begin(), words.end());
    if (context.line.json) all.insert(all.begin(), "--json");
    return decode_command(
        all, context.environment.in, context.environment.out, context.environment.err);
}

int help(const Context& context, Words words) {
    if (words.size() > 1)
        return misused(context, "help", in_quotes(words[1]) + " is one word too many");
    std::ostream& out = context.environment.out;
    if (!words.empty()) {
        const Command* command = row_named(kCommands, words.front());
        if (command == nullptr) {
            return complain(
                context, kUsage, unknown_word("command", words.front(), names_of(kCommands)));
        }
        out << "usage: " << usage_of(*command) << "\n  " << command->summary << '\n';
        if (command->name == "show") out << views_text();
        return kDone;
    }
    out << "usage: dmmctl [-i INSTANCE | -s SOCKET] [--json] [COMMAND]\n\n"
           "Which daemon: -i the one at /run/dmm/INSTANCE.sock, -s the one at SOCKET; neither is\n"
           "needed where only one runs. --json prints answers for programs. See dmmctl(8).\n";
    for (const Command& command : kCommands) {
        out << "\n  " << command.name << (command.arguments.empty() ? "" : " ") << command.arguments
            << "\n      " << command.summary << '\n';
    }
    return kDone;
}

int dispatch(const Context& context) {
    if (context.line.version) {
        context.environment.out << "dmmctl " DMM_VERSION "\n";
        return kDone;
    }
    const std::string name = context.line.command.empty() ? "status" : context.line.command;
    const Command* command = row_named(kCommands, name);
    if (command == nullptr) {
        return complain(context, kUsage, unknown_word("command", name, names_of(kCommands)));
    }
    return command->run(context, context.line.arguments);
}

}  // namespace

int misused(const Context& context, std::string_view name, const std::string& fault) {
    const Command* command = row_named(kCommands, name);
    std::string text = std::string(name) + ": " + fault;
    if (command != nullptr) text += "; usage: " + usage_of(*command);
    return complain(context, kUsage, text);
}

int run(std::span<const std::string> words, const Environment& environment) {
    const auto line = read_command_line(words);
    const CommandLine none;
    const Context context{.line = line ? *line : none, .environment = environment};
    if (!line) return complain(context, kUsage, line.error());
    const int exit_code = dispatch(context);
    // What a full disk or a closed pipe swallowed has not been said.
    if (!environment.out.flush() && exit_code == kDone) {
        return complain(context, kFailed, "the output cannot be written");
    }
    return exit_code;
}

}  // namespace dmm::dmmctl
