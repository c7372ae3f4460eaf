#include "tests/scenarios/expectations.h"

#include <algorithm>
#include <optional>

#include "lib/base/text.h"
#include "tests/support/oracle.h"

namespace dmm::test {
namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < words.size(); ++i)
        text += (text.empty() ? "" : " ") + words[i];
    return text;
}

std::string unmet_value(const std::string& is, const std::string& wanted) {
    return is == wanted ? "" : "it is " + is;
}

// "expect [no-]reach HOST PREFIX..."
std::string unmet_reach(const Words& words, World& world, bool wanted) {
    if (words.size() < 4 || world.host(words[2]) == nullptr) {
        return "usage: expect [no-]reach HOST PREFIX...";
    }
    for (std::size_t i = 3; i < words.size(); ++i) {
        const auto prefix = Prefix::parse(words[i]);
        if (!prefix) return words[i] + " is no prefix";
        const std::string missing = world.reach(words[2], *prefix);
        if (wanted && !missing.empty()) return words[i] + ": " + missing;
        if (!wanted && missing.empty()) return words[i] + " is reached";
    }
    return {};
}

// "expect network HOST MAAR PREFIX": see World::reach_network().
std::string unmet_network(const Words& words, World& world) {
    const auto network = words.size() == 5 ? Prefix::parse(words[4]) : std::nullopt;
    if (!network || world.host(words[2]) == nullptr || !world.has_node(words[3])) {
        return "usage: expect network HOST MAAR PREFIX";
    }
    return world.reach_network(words[2], words[3], *network);
}

// "expect address HOST PREFIX preferred|deprecated|invalid|unknown"
std::string unmet_address(const Words& words, World& world) {
    const MobileHost* host = words.size() == 5 ? world.host(words[2]) : nullptr;
    const auto prefix = words.size() == 5 ? Prefix::parse(words[3]) : std::nullopt;
    if (host == nullptr || !prefix) return "usage: expect address HOST PREFIX STATE";
    const auto it = host->addresses.find(*prefix);
    std::string is = "unknown";
    if (it != host->addresses.end()) {
        is = !it->second.valid ? "invalid" : it->second.preferred ? "preferred" : "deprecated";
    }
    return unmet_value(is, words[4]);
}

template <typename Sessions>
std::string state_in(const Sessions& sessions, const MnId& mn) {
    const auto it = sessions.find(mn);
    return it == sessions.end() ? "none" : std::string(core::state_name(it->second));
}

// "expect state NODE MN STATE"
std::string unmet_state(const Words& words, World& world) {
    const auto mn = words.size() == 5 ? parse_mn_id(words[3]) : std::nullopt;
    if (!mn) return "usage: expect state NODE MN STATE";
    if (const auto* maar = world.maar(words[2])) {
        return unmet_value(state_in(maar->sessions(), *mn), words[4]);
    }
    if (const auto* cmd = world.cmd(words[2])) {
        return unmet_value(state_in(cmd->sessions(), *mn), words[4]);
    }
    return "no such node";
}

// "expect anchors MAAR MN MAAR...|none": the P-MAARs that it knows of, the newest first.
std::string unmet_anchors(const Words& words, World& world) {
    const auto mn = words.size() >= 5 ? parse_mn_id(words[3]) : std::nullopt;
    const auto* maar = mn ? world.maar(words[2]) : nullptr;
    if (maar == nullptr || !maar->sessions().contains(*mn)) {
        return "usage: expect anchors MAAR MN MAAR...|none";
    }
    Words is;
    for (const core::Anchor& anchor : maar->sessions().at(*mn).anchors)
        is.push_back(world.name_of(anchor.maar));
    if (is.empty()) is.emplace_back("none");
    const std::string text = joined(is, 0);
    return text == joined(words, 4) ? "" : "they are: " + text;
}

// "expect empty NODE...": no session and, at a MAAR, no forwarding.
std::string unmet_empty(const Words& words, World& world) {
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (const auto* maar = world.maar(words[i])) {
            if (!maar->sessions().empty()) return words[i] + " still has sessions";
            if (!world.kernel(words[i])->forwarding.empty()) {
                return words[i] + " still has forwarding";
            }
        } else if (const auto* cmd = world.cmd(words[i])) {
            if (!cmd->sessions().empty()) return words[i] + " still has sessions";
        } else {
            return "no such node: " + words[i];
        }
    }
    return {};
}

// "expect sent NODE WORD...": the last message of the node has these words; "no-WORD": nothing that
// begins so.
std::string unmet_message(const Words& words, const std::map<std::string, std::string>& sent) {
    const auto it = sent.find(words[2]);
    if (words.size() < 4 || it == sent.end()) return "nothing was sent, or nothing is expected";
    const auto has = split_words(it->second).value_or(Words{});
    for (std::size_t i = 3; i < words.size(); ++i) {
        const bool absent = words[i].starts_with("no-");
        const bool there = std::any_of(has.begin(), has.end(), [&](const std::string& word) {
            return absent ? word.starts_with(words[i].substr(3) + '=') : word == words[i];
        });
        if (there == absent) return words[i] + ": " + it->second;
    }
    return {};
}

// "expect concord": see tests/support/oracle.h.
std::string unmet_concord(World& world) {
    const auto found = discord(world);
    return found.empty() ? "" : found.front();
}

}  // namespace

std::string unmet(const std::vector<std::string>& words,
                  World& world,
                  const std::map<std::string, std::string>& sent) {
    if (words.size() == 2 && words[1] == "concord") return unmet_concord(world);
    if (words.size() < 3) return "nothing to expect";
    if (words[1] == "reach") return unmet_reach(words, world, true);
    if (words[1] == "no-reach") return unmet_reach(words, world, false);
    if (words[1] == "network") return unmet_network(words, world);
    if (words[1] == "address") return unmet_address(words, world);
    if (words[1] == "state") return unmet_state(words, world);
    if (words[1] == "empty") return unmet_empty(words, world);
    if (words[1] == "anchors") return unmet_anchors(words, world);
    if (words[1] == "sent") return unmet_message(words, sent);
    return "unknown expectation";
}

}  // namespace dmm::test
