#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/trace.h"
#include "tests/scenarios/expectations.h"
#include "tests/support/domain.h"

namespace dmm::test {
namespace {

using Words = std::vector<std::string>;

// "maar2" is number 2 of its domain; 0 if there is no number.
std::uint64_t number_of(const std::string& name) {
    const auto at = name.find_first_of("0123456789");
    if (at == std::string::npos) return 0;
    return parse_number<std::uint64_t>(name.substr(at), 1, 9).value_or(0);
}

std::string value_of(const Words& words, const std::string& key, const std::string& otherwise) {
    for (const std::string& word : words) {
        if (word.starts_with(key + '=')) return word.substr(key.size() + 1);
    }
    return otherwise;
}

// "FROM->TO"
std::optional<Way> parse_way(const std::string& text) {
    const auto arrow = text.find("->");
    if (arrow == std::string::npos) return std::nullopt;
    return Way{.from = text.substr(0, arrow), .to = text.substr(arrow + 2)};
}

}  // namespace

Scenario::Scenario(std::vector<std::string> lines) : lines_(std::move(lines)) {
    world_.on_line = [this](const std::string& line) { hear(line); };
}

// "TIME NODE > tx from=... to=... MESSAGE"
void Scenario::hear(const std::string& line) {
    heard_.push_back("| " + line);
    const auto words = split_words(line);
    if (words && words->size() > 6 && words->at(2) == ">" && words->at(3) == "tx") {
        sent_[words->at(1)] = line.substr(line.find(" tx ") + 4);
    }
}

bool Scenario::run() {
    // Every MAAR may name every other, so all nodes are known before the first acts.
    for (const std::string& line : lines_) {
        const auto words = split_words(line);
        if (words && words->size() >= 3 && words->at(0) == "node" && words->at(2) == "maar") {
            highest_maar_ = std::max(highest_maar_, number_of(words->at(1)));
        }
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const std::string& line = lines_[i];
        if (line.starts_with('|')) continue;
        output.push_back(line);
        if (line.empty() || line.starts_with('#')) continue;
        const auto words = split_words(line);
        if (!words || words->empty()) return fail("not understood: " + line);
        const bool good = execute(*words);
        output.insert(output.end(), heard_.begin(), heard_.end());
        heard_.clear();
        if (!good) {
            error = "\"" + line + "\": " + error;
            return false;
        }
        if (!world_.violations.empty()) {
            return fail("\"" + line + "\": " + world_.violations.front());
        }
    }
    return true;
}

bool Scenario::execute(const Words& words) {
    const std::string& verb = words.front();
    if (verb == "node") return node(words);
    if (verb == "host") return host(words);
    if (verb == "run") return let_run(words);
    if (verb == "lose") return lose(words);
    if (verb == "drop" || verb == "double" || verb == "delay") return decide(words);
    if (verb == "cut" || verb == "join") return cut(words);
    if (verb == "clock") return clock(words);
    if (verb == "crash" || verb == "restart" || verb == "resume") return crash(words);
    if (verb == "kernel") return kernel(words);
    if (verb == "expect") return expect(words);
    if (words.size() >= 3 && words[1] == "moves") return moves(words);
    if (words.size() >= 2 && world_.has_node(verb)) return event(words);
    return fail("unknown command");
}

bool Scenario::node(const Words& words) {
    if (words.size() < 3) return fail("usage: node NAME cmd|maar [lifetime=DURATION] [mode=MODE]");
    ProtocolSettings protocol;
    const auto lifetime = parse_duration(value_of(words, "lifetime", "600s"));
    if (!lifetime) return fail("not a duration");
    protocol.lifetime = std::chrono::duration_cast<std::chrono::seconds>(*lifetime);
    const auto mode = parse_domain_mode(value_of(words, "mode", "proxy"));
    if (!mode) return fail("not a mode");
    protocol.mode = *mode;
    const auto rate = parse_number<std::uint32_t>(value_of(words, "pbu-rate", "1000"), 1);
    const auto burst = parse_number<std::uint32_t>(value_of(words, "pbu-burst", "100"), 1);
    if (!rate || !burst) return fail("not a number");
    protocol.pbu_rate = *rate;
    protocol.pbu_burst = *burst;
    protocol.strict_update_rate = value_of(words, "update-rate", "") == "strict";
    const Domain domain(highest_maar_);
    if (words[2] == "cmd") return add_cmd(words, domain.cmd(protocol));
    if (words[2] != "maar") return fail("a node is a cmd or a maar");
    if (number_of(words[1]) == 0) return fail("a maar's name ends in a number from 1 to 9");
    return add_maar(words, domain.maar(number_of(words[1]), protocol));
}

// "[max-previous=N] [mobility=MOBILITY] [known-nodes-only] [NAME@example=MOBILITY]..."
bool Scenario::add_cmd(const Words& words, CmdSettings settings) {
    const auto limit = parse_number<std::size_t>(value_of(words, "max-previous", "8"));
    if (!limit) return fail("not a number");
    settings.max_previous_maars = *limit;
    const auto mobility = parse_mobility(value_of(words, "mobility", "on"));
    if (!mobility) return fail("not a mobility");
    settings.mobility = *mobility;
    settings.known_nodes_only = std::ranges::count(words, "known-nodes-only") > 0;
    for (const std::string& word : words) {
        const auto equals = word.find("@example=");
        if (equals == std::string::npos) continue;
        const std::string name = word.substr(0, word.find('='));
        const auto policy = parse_mobility(word.substr(name.size() + 1));
        if (!policy) return fail("not a mobility");
        settings.nodes.emplace(MnId::nai(name), *policy);
    }
    world_.add_cmd(words[1], settings);
    return true;
}

// "[local=PREFIX] [local-addresses=preferred] [idle-release=DURATION]"
bool Scenario::add_maar(const Words& words, MaarSettings settings) {
    const std::string network = value_of(words, "local", "");
    if (!network.empty()) {
        const auto prefix = Prefix::parse(network);
        if (!prefix) return fail(network + " is no prefix");
        settings.local_prefixes = {*prefix};
    }
    const auto idle = parse_duration(value_of(words, "idle-release", "0s"));
    if (!idle) return fail("not a duration");
    settings.idle_release = std::chrono::duration_cast<std::chrono::seconds>(*idle);
    settings.advert.keep_local_preferred = value_of(words, "local-addresses", "") == "preferred";
    world_.add_maar(words[1], settings);
    return true;
}

bool Scenario::host(const Words& words) {
    const auto mac = LinkLayerAddress::parse(value_of(words, "mac", ""));
    if (words.size() < 3 || !mac) return fail("usage: host NAME mac=ADDRESS");
    world_.add_host(words[1], *mac);
    return true;
}

bool Scenario::moves(const Words& words) {
    if (world_.host(words[0]) == nullptr) return fail("no such host");
    const bool away = words[2] == "away";
    if (!away && !world_.has_node(words[2])) return fail("no such MAAR");
    const std::string how = words.size() > 3 ? words[3] : "";
    const Soliciting soliciting = how == "silently"      ? Soliciting::Not
                                  : how == "insistently" ? Soliciting::Insistently
                                                         : Soliciting::Once;
    world_.move(words[0], away ? "" : words[2], soliciting);
    return true;
}

// "NODE EVENT...": an event in the text form of traces.
bool Scenario::event(const Words& words) {
    std::string line;
    for (std::size_t i = 1; i < words.size(); ++i) {
        // Words come back as they were written: quoted where they need it.
        const auto equals = words[i].find('=');
        const std::string key = equals == std::string::npos ? "" : words[i].substr(0, equals + 1);
        const std::string value =
            equals == std::string::npos ? words[i] : words[i].substr(equals + 1);
        line += (i > 1 ? " " : "") + key + quoted(value);
    }
    const auto parsed = core::parse_event(line);
    if (!parsed) return fail("not an event");
    world_.inject(words[0], *parsed);
    return true;
}

bool Scenario::lose(const Words& words) {
    const auto count = words.size() == 3 ? parse_number<unsigned>(words[1]) : std::nullopt;
    const auto way = words.size() == 3 ? parse_way(words[2]) : std::nullopt;
    if (!count || !way) return fail("usage: lose COUNT FROM->TO");
    world_.channel.lose(*count, *way);
    return true;
}

// "drop|double NUMBER FROM->TO", "delay NUMBER FROM->TO DURATION": a message by its number
// among all that go this way, from 1.
bool Scenario::decide(const Words& words) {
    const bool late = words[0] == "delay";
    if (words.size() != (late ? 4 : 3)) return fail("a message has a number and a way");
    const auto number = parse_number<unsigned>(words[1]);
    const auto way = parse_way(words[2]);
    const auto delay = late ? parse_duration(words[3]) : Duration{};
    if (!number || !way || !delay) return fail("not a message, or not a duration");
    world_.channel.decide(
        {.way = *way,
         .number = *number,
         .fate = {.lost = words[0] == "drop", .doubled = words[0] == "double", .late = *delay}});
    return true;
}

bool Scenario::cut(const Words& words) {
    if (words.size() != 3 || !world_.has_node(words[1]) || !world_.has_node(words[2])) {
        return fail("usage: cut|join NODE NODE");
    }
    if (words[0] == "cut")
        world_.channel.cut(words[1], words[2]);
    else
        world_.channel.join(words[1], words[2]);
    return true;
}

bool Scenario::clock(const Words& words) {
    const auto ahead = words.size() == 3 ? parse_duration(words[2]) : std::nullopt;
    if (!ahead || !world_.has_node(words[1])) return fail("usage: clock NODE DURATION");
    world_.set_clock(words[1], *ahead);
    return true;
}

bool Scenario::crash(const Words& words) {
    if (words.size() != 2 || !world_.has_node(words[1]))
        return fail("usage: crash|restart|resume NODE");
    if (words[0] == "crash")
        world_.crash(words[1]);
    else if (words[0] == "resume")
        world_.resume(words[1]);
    else
        world_.restart(words[1]);
    return true;
}

bool Scenario::kernel(const Words& words) {
    const std::string usage =
        "usage: kernel MAAR works | refuses TEXT | takes DURATION | hesitates DURATION";
    FakeKernel* kernel = words.size() == 4 || words.size() == 3 ? world_.kernel(words[1]) : nullptr;
    if (kernel == nullptr) return fail(usage);
    if (words[2] == "works") {
        kernel->refusal.reset();
        return true;
    }
    if (words.size() != 4) return fail(usage);
    if (words[2] == "refuses") {
        kernel->refusal = words[3];
        return true;
    }
    const auto delay = parse_duration(words[3]);
    if ((words[2] != "takes" && words[2] != "hesitates") || !delay) {
        return fail("unknown order to the kernel");
    }
    (words[2] == "takes" ? kernel->delay : kernel->silence) = *delay;
    return true;
}

bool Scenario::let_run(const Words& words) {
    if (words.size() == 1) {
        world_.run_until_quiet();
        return true;
    }
    const auto duration = parse_duration(words[1]);
    if (!duration) return fail("usage: run [DURATION]");
    world_.run_for(*duration);
    return true;
}

bool Scenario::expect(const Words& words) {
    const std::string why = unmet(words, world_, sent_);
    return why.empty() || fail(why);
}

}  // namespace dmm::test
