#include "tools/dmmctl/show.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <expected>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "lib/base/words.h"
#include "lib/control/reply_payload.h"
#include "tools/dmmctl/arguments.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/ladder.h"
#include "tools/dmmctl/render.h"

namespace dmm::dmmctl {
namespace {

using control::NodeFilter;
using control::Show;

struct View {
    std::string_view name;
    Show what;
    int (*run)(const Context& context, const View& view, const Arguments& arguments);
    std::string_view arguments;
    std::string_view summary;
};

int show_table(const Context& context, const View& view, const Arguments& arguments);
int show_nodes(const Context& context, const View& view, const Arguments& arguments);
int show_sequence(const Context& context, const View& view, const Arguments& arguments);

constexpr std::array<View, 8> kViews{{
    {"nodes",
     Show::Nodes,
     show_nodes,
     "[mn=NAME|GLOB] [prefix=PREFIX|ADDRESS] [link=IF] [state=STATE] [--long]",
     "where each node is, since when, and with --long what is anchored where"},
    {"handovers",
     Show::Handovers,
     show_nodes,
     "[mn=NAME|GLOB] [--long]",
     "the last 64 handovers, and how long each phase of them took"},
    {"sequence",
     Show::Handovers,
     show_sequence,
     "MN [--svg FILE]",
     "a node's last handover as a ladder of messages"},
    {"forwarding", Show::Forwarding, show_table, "[--long]", "what is wished for in the kernel"},
    {"peers", Show::Peers, show_table, "[--long]", "the other routers, and what they said"},
    {"counters", Show::Counters, show_table, "", "what has happened, and how often"},
    {"config", Show::Config, show_table, "", "the configuration in effect, with every default"},
    {"status", Show::Status, show_table, "", "how the daemon is"},
}};

const View* view_named(std::string_view name) {
    const auto* found = std::ranges::find(kViews, name, &View::name);
    return found == kViews.end() ? nullptr : found;
}

std::vector<std::string_view> view_names() {
    std::vector<std::string_view> out;
    for (const View& view : kViews)
        out.push_back(view.name);
    return out;
}

// "mn=alice@example" and the like.
std::expected<NodeFilter, std::string> filter_of(std::span<const std::string> words) {
    NodeFilter out;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        const std::string key = word.substr(0, equals);
        if (equals == std::string::npos) {
            const bool is_key = std::ranges::count(control::kNodeFilterKeys, key) != 0;
            return std::unexpected(in_quotes(word) + " is no filter; did you mean " +
                                   in_quotes(is_key ? word + "=..." : "mn=" + word) + "?");
        }
        if (!control::value_of(out, key).empty()) {
            return std::unexpected(in_quotes(key) + " is given twice");
        }
        const auto taken = control::set(out, key, word.substr(equals + 1));
        if (!taken) return std::unexpected(taken.error());
    }
    return out;
}

int fail(const Context& context, const View& view, const std::string& fault) {
    return complain(context, kUsage, "show " + std::string(view.name) + ": " + fault);
}

// Options of other views are not for this one.
std::optional<std::string> foreign_option(const View& view, const Arguments& arguments) {
    for (const std::string_view option : {"--long", "--svg"}) {
        if (arguments.has(option) && view.arguments.find(option) == std::string_view::npos) {
            return "there is no option " + in_quotes(option);
        }
    }
    return std::nullopt;
}

int show_rows(const Context& context,
              const View& view,
              const Arguments& arguments,
              const NodeFilter& filter) {
    const Form form{.full = arguments.has("--long"), .filtered = filter != NodeFilter{}};
    const auto reply = ask(context,
                           control::ShowRequest{.what = view.what, .filter = filter},
                           [&](const auto& answer) { return render(answer, form); });
    return reply ? kDone : reply.error();
}

int show_table(const Context& context, const View& view, const Arguments& arguments) {
    const auto rest = arguments.operands_behind(1);
    if (!rest.empty())
        return fail(context, view, in_quotes(rest.front()) + " is one word too many");
    return show_rows(context, view, arguments, {});
}

int show_nodes(const Context& context, const View& view, const Arguments& arguments) {
    const auto filter = filter_of(arguments.operands_behind(1));
    if (!filter) return fail(context, view, filter.error());
    const NodeFilter by_name{.mn = filter->mn, .prefix = {}, .link = {}, .state = {}};
    if (view.what == Show::Handovers && *filter != by_name) {
        return fail(context, view, "handovers are picked by mn= alone");
    }
    return show_rows(context, view, arguments, *filter);
}

int show_sequence(const Context& context, const View& view, const Arguments& arguments) {
    const auto rest = arguments.operands_behind(1);
    if (rest.empty()) return fail(context, view, "MN is missing; give a node's name");
    if (rest.size() > 1) return fail(context, view, in_quotes(rest[1]) + " is one word too many");
    NodeFilter filter;
    filter.mn = rest.front();
    const auto answer = fetch(context, control::ShowRequest{.what = view.what, .filter = filter});
    if (!answer) return answer.error();
    std::ostream& out = context.environment.out;
    if (context.line.json) {
        out << control::payload_of(answer->line);
        return kDone;
    }
    const auto& handovers = std::get<std::vector<control::HandoverView>>(answer->reply);
    if (handovers.empty()) {
        return complain(context,
                        kFailed,
                        in_quotes(filter.mn) +
                            ": none of its handovers is among the last ones "
                            "here; `dmmctl show handovers` lists them");
    }
    const Ladder ladder = ladder_of(handovers.front());
    const std::string file = arguments.value("--svg");
    if (!arguments.has("--svg")) {
        out << ladder_text(ladder);
        return kDone;
    }
    if (file == "-") {
        out << ladder_svg(ladder);
        return kDone;
    }
    std::ofstream svg(file, std::ios::binary | std::ios::trunc);
    if (svg << ladder_svg(ladder) && svg.flush()) return kDone;
    return complain(context,
                    kFailed,
                    in_quotes(file) + " cannot be written: " +
                        std::generic_category().message(errno) + "; give another file, or -");
}

}  // namespace

int show(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words,
                        {.operands = {"VIEW", "FILTER", "FILTER", "FILTER", "FILTER"},
                         .values = {"--svg"},
                         .flags = {"--long"},
                         .optional = 4});
    if (!arguments) return misused(context, "show", arguments.error());
    const std::string& name = arguments->operand(0);
    const View* view = view_named(name);
    if (view == nullptr) {
        return complain(context, kUsage, "show: " + unknown_word("view", name, view_names()));
    }
    if (const auto fault = foreign_option(*view, *arguments)) return fail(context, *view, *fault);
    return view->run(context, *view, *arguments);
}

std::string views_text() {
    std::string out;
    for (const View& view : kViews) {
        out += "\n  " + std::string(view.name);
        if (!view.arguments.empty()) out += ' ' + std::string(view.arguments);
        out += "\n      " + std::string(view.summary) + '\n';
    }
    return out;
}

}  // namespace dmm::dmmctl
