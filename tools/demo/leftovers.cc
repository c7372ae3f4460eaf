#include "tools/demo/leftovers.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include <poll.h>

#include "tools/demo/process.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kCommandBound{20'000};
constexpr int kSettleTries = 40;
constexpr int kSettlePollMs = 100;
constexpr std::string_view kShow =
    "link show\n"
    "address show\n"
    "route show table all\n"
    "rule show\n"
    "neighbour show nud permanent\n";

// "3:" of links and addresses; a rule's "0:" is its priority and stays.
bool is_index(const std::string& word) {
    return word.size() > 1 && word.back() == ':' &&
           word.find_first_not_of("0123456789") == word.size() - 1;
}

// Of a line of `ip -o link` only the name lasts: "3: lan0@if2: <FLAGS> ..." or "7: dlif1: <".
std::string link_name(const std::vector<std::string>& words) {
    return "link " + words[1].substr(0, words[1].find_first_of("@:"));
}

std::string object_in(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    if (words.size() > 2 && is_index(words[0]) && words[2].front() == '<') return link_name(words);
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool is_address = words.size() > 2 && words[2] == "inet6";
        if (i == 0 && is_address) continue;
        // Lifetimes and their values run, and a line break of -o is a backslash.
        if (words[i] == "expires" || words[i] == "valid_lft" || words[i] == "preferred_lft") {
            ++i;
            continue;
        }
        if (words[i] == "linkdown" || words[i] == "\\") continue;
        out += (out.empty() ? "" : " ") + words[i];
    }
    return out;
}

// A link gets its multicast route, its link-local address and that address's local route
// some time after it has come up, in this order.
bool has_settled(const Snapshot& snapshot) {
    const auto holds = [&](const std::string& begin, const std::string& end) {
        return std::any_of(snapshot.begin(), snapshot.end(), [&](const std::string& object) {
            return object.starts_with(begin) && object.find(end) != std::string::npos;
        });
    };
    return std::all_of(snapshot.begin(), snapshot.end(), [&](const std::string& object) {
        const std::size_t at = object.find(": link ");
        if (at == std::string::npos) return true;
        const std::string actor = object.substr(0, at);
        const std::string link = object.substr(at + 7);
        // The loopback has no link-local address, the tunnel module's own device is down.
        if (link == "lo" || link == "ip6tnl0") return true;
        return holds(actor + ": multicast ", " dev " + link + " ") &&
               holds(actor + ": local fe80:", " dev " + link + " ");
    });
}

}  // namespace

Snapshot objects_in(std::string_view output, const std::string& actor) {
    Snapshot out;
    std::istringstream stream{std::string(output)};
    for (std::string line; std::getline(stream, line);) {
        const std::string object = object_in(line);
        if (object.empty()) continue;
        out.push_back(actor);
        out.back().append(": ").append(object);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::expected<Snapshot, std::string> take_snapshot(const Topology& topology) {
    Snapshot out;
    for (const std::string& actor : routers()) {
        const auto output =
            run({.netns = topology.netns(actor), .words = {"ip", "-6", "-o", "-batch", "-"}},
                kShow,
                kCommandBound);
        if (!output) return std::unexpected(output.error());
        const Snapshot objects = objects_in(*output, actor);
        out.insert(out.end(), objects.begin(), objects.end());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::expected<Snapshot, std::string> take_settled_snapshot(const Topology& topology) {
    auto last = take_snapshot(topology);
    for (int i = 0; last && i < kSettleTries; ++i) {
        (void)::poll(nullptr, 0, kSettlePollMs);
        auto next = take_snapshot(topology);
        if (next && *next == *last && has_settled(*next)) return next;
        last = std::move(next);
    }
    if (!last) return last;
    return std::unexpected("expected a quiet network, saw links without a link-local address");
}

Snapshot new_objects(const Snapshot& before, const Snapshot& after) {
    Snapshot out;
    std::set_difference(
        after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(out));
    return out;
}

}  // namespace dmm::demo
