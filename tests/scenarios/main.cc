// Runs scenario files: scripts that drive a small domain and hold its recorded transcript.
//   scenario-tests [--update] [--mutant NAME] FILE...      --mutants lists the names
// A line is a command, a comment (#) or a recorded line (|). With --update the recorded lines
// are written anew; without, a difference is a failure that shows both.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "lib/core/trace.h"
#include "tests/support/domain.h"
#include "tests/support/mutants.h"
#include "tests/support/oracle.h"
#include "tests/support/world.h"

namespace dmm::test {
namespace {

using Words = std::vector<std::string>;

// "maar2" is number 2 of its domain; 0 if there is no number.
std::uint64_t number_of(const std::string& name) {
    const auto at = name.find_first_of("0123456789");
    if (at == std::string::npos) return 0;
    return parse_number<std::uint64_t>(name.substr(at), 1, 9).value_or(0);
}

class Scenario {
public:
    explicit Scenario(std::vector<std::string> lines) : lines_(std::move(lines)) {
        world_.on_line = [this](const std::string& line) { heard_.push_back("| " + line); };
    }

    // False at the first command that fails; `error` says why.
    bool run();

    std::vector<std::string> output;  // the script with its transcript as it was now
    std::string error;

private:
    bool execute(const Words& words);
    bool node(const Words& words);
    bool host(const Words& words);
    bool moves(const Words& words);
    bool event(const Words& words);
    bool lose(const Words& words);
    bool decide(const Words& words);
    bool cut(const Words& words);
    bool clock(const Words& words);
    bool crash(const Words& words);
    bool kernel(const Words& words);
    bool let_run(const Words& words);
    bool expect(const Words& words);
    bool expect_reach(const Words& words, bool wanted);
    bool expect_network(const Words& words);
    bool expect_address(const Words& words);
    bool expect_state(const Words& words);
    bool expect_empty(const Words& words);
    bool expect_anchors(const Words& words);
    bool expect_concord();

    bool fail(const std::string& why) {
        error = why;
        return false;
    }

    std::vector<std::string> lines_;
    std::vector<std::string> heard_;
    std::uint64_t highest_maar_ = 0;
    World world_;
};

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
    if (verb == "crash" || verb == "restart") return crash(words);
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
    if (words[2] == "cmd") {
        CmdSettings settings = domain.cmd(protocol);
        const auto limit = parse_number<std::size_t>(value_of(words, "max-previous", "8"));
        if (!limit) return fail("not a number");
        settings.max_previous_maars = *limit;
        settings.mobility =
            parse_mobility(value_of(words, "mobility", "on")).value_or(Mobility::On);
        settings.known_nodes_only = std::ranges::count(words, "known-nodes-only") > 0;
        for (const std::string& word : words) {
            const auto at = word.find("@example=");
            const auto policy = parse_mobility(word.substr(word.find('=') + 1));
            if (at != std::string::npos && policy)
                settings.nodes.emplace(MnId::nai(word.substr(0, word.find('='))), *policy);
        }
        world_.add_cmd(words[1], settings);
        return true;
    }
    if (words[2] != "maar") return fail("a node is a cmd or a maar");
    if (number_of(words[1]) == 0) return fail("a maar's name ends in a number from 1 to 9");
    MaarSettings settings = domain.maar(number_of(words[1]), protocol);
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
    if (words.size() != 2 || !world_.has_node(words[1])) return fail("usage: crash|restart NODE");
    if (words[0] == "crash")
        world_.crash(words[1]);
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
    if (words.size() == 2 && words[1] == "concord") return expect_concord();
    if (words.size() < 3) return fail("nothing to expect");
    if (words[1] == "reach") return expect_reach(words, true);
    if (words[1] == "network") return expect_network(words);
    if (words[1] == "no-reach") return expect_reach(words, false);
    if (words[1] == "address") return expect_address(words);
    if (words[1] == "state") return expect_state(words);
    if (words[1] == "empty") return expect_empty(words);
    if (words[1] == "anchors") return expect_anchors(words);
    return fail("unknown expectation");
}

bool Scenario::expect_reach(const Words& words, bool wanted) {
    if (words.size() < 4 || world_.host(words[2]) == nullptr) {
        return fail("usage: expect [no-]reach HOST PREFIX...");
    }
    for (std::size_t i = 3; i < words.size(); ++i) {
        const auto prefix = Prefix::parse(words[i]);
        if (!prefix) return fail(words[i] + " is no prefix");
        const std::string missing = world_.reach(words[2], *prefix);
        if (wanted && !missing.empty()) return fail(words[i] + ": " + missing);
        if (!wanted && missing.empty()) return fail(words[i] + " is reached");
    }
    return true;
}

// "expect network HOST MAAR PREFIX": see World::reach_network().
bool Scenario::expect_network(const Words& words) {
    const auto network = words.size() == 5 ? Prefix::parse(words[4]) : std::nullopt;
    if (!network || world_.host(words[2]) == nullptr || !world_.has_node(words[3])) {
        return fail("usage: expect network HOST MAAR PREFIX");
    }
    const std::string wrong = world_.reach_network(words[2], words[3], *network);
    return wrong.empty() || fail(wrong);
}

// "expect address HOST PREFIX preferred|deprecated|invalid"
bool Scenario::expect_address(const Words& words) {
    const MobileHost* host = words.size() == 5 ? world_.host(words[2]) : nullptr;
    const auto prefix = words.size() == 5 ? Prefix::parse(words[3]) : std::nullopt;
    if (host == nullptr || !prefix) return fail("usage: expect address HOST PREFIX STATE");
    const auto it = host->addresses.find(*prefix);
    std::string is = "unknown";
    if (it != host->addresses.end()) {
        is = !it->second.valid ? "invalid" : it->second.preferred ? "preferred" : "deprecated";
    }
    return is == words[4] || fail("it is " + is);
}

// "expect state NODE MN STATE"
bool Scenario::expect_state(const Words& words) {
    const auto mn = words.size() == 5 ? parse_mn_id(words[3]) : std::nullopt;
    if (!mn) return fail("usage: expect state NODE MN STATE");
    std::string is = "none";
    if (const auto* maar = world_.maar(words[2])) {
        const auto it = maar->sessions().find(*mn);
        if (it != maar->sessions().end()) is = core::state_name(it->second);
    } else if (const auto* cmd = world_.cmd(words[2])) {
        const auto it = cmd->sessions().find(*mn);
        if (it != cmd->sessions().end()) is = core::state_name(it->second);
    } else {
        return fail("no such node");
    }
    return is == words[4] || fail("it is " + is);
}

// "expect anchors MAAR MN MAAR...|none": the P-MAARs that it knows of, the newest first.
bool Scenario::expect_anchors(const Words& words) {
    const auto mn = words.size() >= 5 ? parse_mn_id(words[3]) : std::nullopt;
    const auto* maar = mn ? world_.maar(words[2]) : nullptr;
    if (maar == nullptr || !maar->sessions().contains(*mn)) {
        return fail("usage: expect anchors MAAR MN MAAR...|none");
    }
    std::string is;
    for (const core::Anchor& anchor : maar->sessions().at(*mn).anchors) {
        is += (is.empty() ? "" : " ") + world_.name_of(anchor.maar);
    }
    std::string wanted = words[4];
    for (std::size_t i = 5; i < words.size(); ++i)
        wanted += ' ' + words[i];
    return (is.empty() ? "none" : is) == wanted || fail("they are: " + (is.empty() ? "none" : is));
}

// "expect empty NODE...": no session and, at a MAAR, no forwarding.
bool Scenario::expect_empty(const Words& words) {
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (const auto* maar = world_.maar(words[i])) {
            if (!maar->sessions().empty()) return fail(words[i] + " still has sessions");
            if (!world_.kernel(words[i])->forwarding.empty()) {
                return fail(words[i] + " still has forwarding");
            }
        } else if (const auto* cmd = world_.cmd(words[i])) {
            if (!cmd->sessions().empty()) return fail(words[i] + " still has sessions");
        } else {
            return fail("no such node: " + words[i]);
        }
    }
    return true;
}

// "expect concord": see tests/support/oracle.h.
bool Scenario::expect_concord() {
    const auto found = discord(world_);
    return found.empty() || fail(found.front());
}

std::vector<std::string> read_lines(std::istream& in) {
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

void show_difference(const std::vector<std::string>& was, const std::vector<std::string>& is) {
    std::size_t i = 0;
    while (i < was.size() && i < is.size() && was[i] == is[i])
        ++i;
    std::cout << "  first difference in line " << i + 1 << ":\n"
              << "    recorded: " << (i < was.size() ? was[i] : "(end)") << '\n'
              << "    now:      " << (i < is.size() ? is[i] : "(end)") << '\n';
}

// What led to a failure.
void show_end(const std::vector<std::string>& output) {
    constexpr std::size_t kShown = 30;
    for (std::size_t i = output.size() - std::min(output.size(), kShown); i < output.size(); ++i)
        std::cout << "    " << output[i] << '\n';
}

bool run_file(const std::string& path, bool update) {
    std::ifstream in(path);
    if (!in) {
        std::cout << path << ": cannot be read\n";
        return false;
    }
    const std::vector<std::string> lines = read_lines(in);
    Scenario scenario(lines);
    if (!scenario.run()) {
        std::cout << path << ": " << scenario.error << '\n';
        show_end(scenario.output);
        return false;
    }
    if (scenario.output == lines) return true;
    if (update) {
        std::ofstream out(path);
        for (const std::string& line : scenario.output)
            out << line << '\n';
        std::cout << path << ": transcript written\n";
        return static_cast<bool>(out);
    }
    std::cout << path << ": the transcript differs\n";
    show_difference(lines, scenario.output);
    return false;
}

int run_files(std::span<char*> arguments) {
    bool update = false;
    unsigned passed = 0;
    unsigned failed = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument = arguments[i];
        if (argument == "--update") {
            update = true;
        } else if (argument == "--mutants") {
            std::cout << mutants_text();
            return 0;
        } else if (argument == "--mutant") {
            if (++i < arguments.size() && wake_mutant(arguments[i])) continue;
            std::cerr << "no such fault, or a build without them\n";
            return 2;
        } else if (run_file(argument, update))
            ++passed;
        else
            ++failed;
    }
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace dmm::test

int main(int argc, char** argv) {
    return dmm::test::run_files(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
