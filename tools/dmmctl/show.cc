#include "tools/dmmctl/show.h"

#include <algorithm>
#include <array>
#include <expected>
#include <string_view>
#include <vector>

#include "tools/dmmctl/arguments.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/render.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

using control::NodeFilter;
using control::Show;

struct View {
    std::string_view name;
    Show what;
    bool cut;                    // its table is, to fit, unless --long is given
    std::string_view arguments;  // besides --long
    std::string_view summary;
};

constexpr std::array<View, 6> kViews{{
    {"nodes",
     Show::Nodes,
     true,
     "[mn=NAME|GLOB] [prefix=PREFIX|ADDRESS] [link=IF] [state=STATE]",
     "where each node is, since when, and with --long what is anchored where"},
    {"forwarding", Show::Forwarding, true, "", "what the daemon wishes for in the kernel"},
    {"peers", Show::Peers, true, "", "the other routers, and what was heard of them"},
    {"counters", Show::Counters, false, "", "what has happened, and how often"},
    {"config", Show::Config, false, "", "the configuration in effect, with every default"},
    {"status", Show::Status, false, "", "how the daemon is"},
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

}  // namespace

int show(const Context& context, Words words) {
    const auto arguments =
        Arguments::read(words,
                        {.operands = {"VIEW", "FILTER", "FILTER", "FILTER", "FILTER"},
                         .values = {},
                         .flags = {"--long"},
                         .optional = 4});
    if (!arguments) return misused(context, "show", arguments.error());
    const std::string& name = arguments->operand(0);
    const View* view = view_named(name);
    if (view == nullptr) {
        return complain(context, kUsage, "show: " + unknown_word("view", name, view_names()));
    }
    const auto fail = [&](const std::string& fault) {
        return complain(context, kUsage, "show " + name + ": " + fault);
    };
    const std::span<const std::string> rest = arguments->operands_behind(1);
    if (view->arguments.empty() && !rest.empty()) {
        return fail(in_quotes(rest.front()) + " is one word too many");
    }
    const auto filter = filter_of(rest);
    if (!filter) return fail(filter.error());
    const Form form{.full = arguments->has("--long"), .filtered = *filter != NodeFilter{}};
    const auto reply = ask(context,
                           control::ShowRequest{.what = view->what, .filter = *filter},
                           [&](const auto& answer) { return render(answer, form); });
    return reply ? kDone : reply.error();
}

std::string views_text() {
    std::string out;
    for (const View& view : kViews) {
        out += "\n  " + std::string(view.name);
        if (!view.arguments.empty()) out += ' ' + std::string(view.arguments);
        if (view.cut) out += " [--long]";
        out += "\n      " + std::string(view.summary) + '\n';
    }
    return out;
}

}  // namespace dmm::dmmctl
