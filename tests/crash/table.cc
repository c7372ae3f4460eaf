#include "tests/crash/table.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "tools/demo/process.h"
#include "tools/demo/scene.h"

namespace dmm::crash {
namespace {

constexpr demo::milliseconds kCommandBound{20'000};
constexpr std::size_t kShown = 4;  // lines of each side
constexpr std::string_view kLinks =
    "link show type macvlan\n"
    "link show type ip6tnl\n";

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> out;
    for (std::string word; stream >> word;)
        out.push_back(word);
    return out;
}

// "7: dlif1@lan0: <UP> mtu 1500 ... link/ether MAC brd ... promiscuity 0 macvlan mode private ...":
// the name, its address and what is behind the kind; queues and counters say nothing.
std::string link_in(const std::string& line) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2) return {};
    std::string out = "details of " + words[1];
    bool kind = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.starts_with("link/") && i + 1 < words.size()) out += ' ' + words[i + 1];
        kind = kind || word == "macvlan" || word == "ip6tnl";
        if (word == "numtxqueues" || word == "addrgenmode") kind = false;
        if (word.starts_with("used")) {
            ++i;
            continue;
        }
        if (kind && word != "\\") out += ' ' + word;
        if (word == "alias" && i + 1 < words.size()) out += " alias " + words[i + 1];
    }
    return out;
}

// A set's elements come in the order of its hash table: each is a line of its own.
void add_rules(const std::string& actor, const std::string& ruleset, demo::Snapshot& out) {
    std::string text = ruleset;
    std::replace(text.begin(), text.end(), ',', '\n');
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        std::string clean;
        for (const std::string& word : words_of(line)) {
            if (word == "elements" || word == "=" || word == "{" || word == "}") continue;
            clean += ' ' + word;
        }
        if (!clean.empty()) out.push_back(actor + ": nft" + clean);
    }
}

// A tunnel that no route of ours needs is kept for the next node, and not made again after a crash.
// A stranger's packets are counted for an hour.
void drop_chances(demo::Snapshot& table) {
    const auto chance = [&table](const std::string& line) {
        if (line.find(" counter timeout ") != std::string::npos) return true;
        const std::size_t at = line.find("dmmt");
        if (at == std::string::npos) return false;
        const std::string actor = line.substr(0, line.find(' '));
        const std::string tunnel = line.substr(at, 12);
        return std::none_of(table.begin(), table.end(), [&](const std::string& other) {
            return other.starts_with(actor) && other.find(tunnel) != std::string::npos &&
                   other.find(" proto 137 ") != std::string::npos;
        });
    };
    demo::Snapshot kept;
    std::copy_if(
        table.begin(), table.end(), std::back_inserter(kept), [&](const std::string& line) {
            return !chance(line);
        });
    table = std::move(kept);
}

std::string lines_of(const demo::Snapshot& lines, const std::string& mark) {
    std::string out;
    for (std::size_t i = 0; i < lines.size() && i < kShown; ++i)
        out += "\n    " + mark + lines[i];
    if (lines.size() > kShown) {
        out += "\n    " + mark + "and " + std::to_string(lines.size() - kShown) + " more";
    }
    return out;
}

}  // namespace

std::expected<demo::Snapshot, std::string> take_table(const demo::Topology& topology) {
    auto out = demo::take_snapshot(topology);
    for (int maar = 1; out && maar <= demo::kMaars; ++maar) {
        const std::string actor = demo::maar_name(maar);
        const std::string netns = topology.netns(actor);
        const auto links = demo::run(
            {.netns = netns, .words = {"ip", "-d", "-o", "-batch", "-"}}, kLinks, kCommandBound);
        if (!links) return std::unexpected(links.error());
        std::istringstream stream(*links);
        for (std::string line; std::getline(stream, line);)
            out->push_back(actor + ": " + link_in(line));
        const auto rules = demo::run(
            {.netns = netns, .words = {"nft", "-s", "list", "ruleset"}}, "", kCommandBound);
        if (!rules) return std::unexpected(rules.error());
        add_rules(actor, *rules, *out);
    }
    if (!out) return out;
    drop_chances(*out);
    std::sort(out->begin(), out->end());
    return out;
}

std::string difference(const demo::Snapshot& wanted, const demo::Snapshot& seen) {
    return lines_of(demo::new_objects(seen, wanted), "missing: ") +
           lines_of(demo::new_objects(wanted, seen), "too much: ");
}

}  // namespace dmm::crash
