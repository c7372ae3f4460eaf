// The manual page of the configuration, README.md and the example files against what is read.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/config/difference.h"
#include "lib/config/load.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

namespace dmm::config {
namespace {

using Keys = std::map<std::string, std::set<std::string>>;  // by section
using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    std::vector<std::string> out;
    for (std::string line; std::getline(file, line);)
        out.push_back(line);
    return out;
}

// ".It Ic table , rule_priority Pq number, required" -> both names.
std::vector<std::string> names_in(const std::string& item) {
    std::istringstream words(item.substr(std::string(".It Ic ").size()));
    std::vector<std::string> out;
    for (std::string word; words >> word && word != "Pq";) {
        if (word != ",") out.push_back(word);
    }
    return out;
}

struct Item {
    std::string section;  // or the key whose list it is in
    std::string name;
    std::string line;
    std::string text;  // with what is below it
};

// The keys in the order of the page.
std::vector<Item> items() {
    std::vector<Item> out;
    std::string section;
    std::vector<std::string> parents;
    std::string last;
    bool in_keys = false;
    for (const std::string& line : lines_of("man/dmmd.json.5")) {
        if (line.starts_with(".Sh ")) in_keys = line == ".Sh KEYS";
        if (!in_keys) continue;
        if (line.starts_with(".Ss ")) {
            section = line.starts_with(".Ss Section ") ? line.substr(12) : "";
            parents.clear();
            last = section;
        } else if (line.starts_with(".Bl ")) {
            parents.push_back(last);
        } else if (line == ".El") {
            parents.pop_back();
        } else if (line.starts_with(".It Ic ")) {
            for (const std::string& name : names_in(line)) {
                last = name;
                out.push_back({.section = parents.back(), .name = name, .line = line, .text = {}});
            }
        } else if (!out.empty()) {
            out.back().text += line + '\n';
        }
    }
    return out;
}

Keys documented() {
    Keys out;
    for (const Item& item : items())
        out[item.section].insert(item.name);
    return out;
}

// "Example:" and, in the next line, ".Ql 4 ." as JSON; "" without one.
std::string example_of(const Item& item) {
    const std::string begin = "Example:\n.Ql ";
    const auto at = item.text.find(begin);
    if (at == std::string::npos) return "";
    std::string out = item.text.substr(at + begin.size());
    out.resize(out.find(" .\n"));
    for (auto quote = out.find("\\(dq"); quote != std::string::npos; quote = out.find("\\(dq"))
        out.replace(quote, 4, "\"");
    return out;
}

// The least that is a configuration of the role that has this section.
Json base_of(const std::string& section) {
    if (section == "cmd" || section == "maars") {
        return Json::parse(R"({"role": "cmd", "cmd": {"address": "2001:db8:ffff::c0", "maars": [
            {"address": "2001:db8:1::1", "pool": "2001:db8:a100::/48"}]}})");
    }
    return Json::parse(R"({"role": "maar", "maar": {"address": "2001:db8:1::1",
        "cmd": "2001:db8:ffff::c0", "access_links": ["lan0"], "pool": "2001:db8:a100::/48"},
        "hooks": [{"on": ["*"], "run": ["/bin/true"]}]})");
}

void add_keys(Keys& keys, const std::string& section, const Json& object) {
    for (const auto& [key, value] : object.items()) {
        keys[section].insert(key);
        if (section.empty() && value.is_object()) add_keys(keys, key, value);
        if (value.is_array() && !value.empty() && value[0].is_object())
            add_keys(keys, key, value[0]);
    }
}

// What there is: the effective configurations of both roles, with what has no default.
Keys known() {
    Keys out;
    MaarSettings maar = test::maar_settings(1);
    maar.advert.mtu = 1400;
    for (const RoleSettings& role : {RoleSettings(maar), RoleSettings(test::cmd_settings())}) {
        const Settings settings{.instance = "x",
                                .control_socket = "/x",
                                .control = {.group = "dmm", .read_group = "adm"},
                                .metrics = MetricsSettings{.address = {}, .port = 1},
                                .log = LogLevel::Info,
                                .hooks = {{.on = {"*"}, .run = {"/bin/true"}}},
                                .role = role};
        add_keys(out, "", Json::parse(to_json(settings)));
    }
    return out;
}

void check(const std::string& json, const std::string& name) {
    INFO(name << ":\n" << json);
    const auto settings = parse(json, "example");
    if (!settings) FAIL_CHECK(to_text(settings.error().front(), name));
}

// What stands between a line with `begin` and one with `end`.
std::vector<std::string> blocks(const std::string& path,
                                const std::string& begin,
                                const std::string& end) {
    std::vector<std::string> out;
    bool inside = false;
    for (const std::string& line : lines_of(path)) {
        if (inside && line.starts_with(end)) inside = false;
        if (inside) out.back() += line + '\n';
        if (!inside && line.starts_with(begin)) {
            inside = true;
            out.emplace_back();
        }
    }
    return out;
}

TEST_CASE("dmmd.json(5) has each key that is read, in its section, and no other", "[config]") {
    CHECK(documented() == known());
}

TEST_CASE("each key of dmmd.json(5) has its type, its default and an example", "[config]") {
    for (const Item& item : items()) {
        if (item.line.find("Pq objects") != std::string::npos) continue;  // the sections
        const bool of_objects = item.line.find("object") != std::string::npos;
        INFO(item.line << '\n' << item.text);
        CHECK(item.line.find(" Pq ") != std::string::npos);
        const auto says = [&](const char* words) {
            return item.text.find(words) != std::string::npos;
        };
        const bool by_default =
            item.line.ends_with("required") || says("default") || says("Without it");
        CHECK(by_default);
        // The words of a choice show themselves.
        const bool shown = says("Example:") || says("Ql \\(dq");
        CHECK((shown || of_objects));  // these are shown key by key
    }
}

// "maar.table" and the like: what dmmd.json(5) says takes a restart, whatever else holds.
std::set<std::string> documented_to_need_restart() {
    std::set<std::string> out;
    bool inside = false;
    for (const std::string& line : lines_of("man/dmmd.json.5")) {
        if (line.starts_with("A difference in one of these keys")) inside = true;
        if (!inside || !line.starts_with(".Ic ")) continue;
        for (std::istringstream words(line.substr(4)); words;) {
            std::string word;
            words >> word;
            if (word.size() > 1) out.insert(word);
        }
        if (line.ends_with(" ;")) break;
    }
    return out;
}

TEST_CASE("dmmd.json(5) says of each key whether it takes a restart", "[config]") {
    std::set<std::string> found;
    for (const auto& [section, keys] : known()) {
        if (section == "hooks" || section == "maars") continue;  // what a list's elements have
        for (const std::string& key : keys) {
            const std::string pointer = (section.empty() ? "/" : '/' + section + '/') + key;
            // It comes and goes with its only key.
            if (needs_restart(pointer) && pointer != "/metrics")
                found.insert(section.empty() ? key : section + '.' + key);
        }
    }
    CHECK(found == documented_to_need_restart());
    for (const std::string key : {"address", "pool", "local_prefixes"})
        CHECK_FALSE(needs_restart("/cmd/maars/0/" + key));
    for (const std::string key : {"on", "run", "timeout", "privileged"})
        CHECK_FALSE(needs_restart("/hooks/0/" + key));
}

TEST_CASE("the examples of single keys are right where they belong", "[config]") {
    std::size_t examples = 0;
    for (const Item& item : items()) {
        const std::string example = example_of(item);
        if (example.empty()) continue;
        const Json value = Json::parse(example, nullptr, /*allow_exceptions=*/false);
        INFO(item.line << '\n' << example);
        REQUIRE_FALSE(value.is_discarded());
        Json document = base_of(item.section);
        if (item.section.empty())
            document[item.name] = value;
        else if (item.section == "maars")
            document["cmd"]["maars"][0][item.name] = value;
        else if (item.section == "hooks")
            document["hooks"][0][item.name] = value;
        else
            document[item.section][item.name] = value;
        check(document.dump(2), item.line);
        ++examples;
    }
    CHECK(examples > 30);
}

TEST_CASE("the configurations in README.md and in dmmd.json(5) are right", "[config]") {
    std::size_t whole = 0;
    for (const std::string& block : blocks("README.md", "```json", "```")) {
        check(block, "README.md");
        ++whole;
    }
    for (const std::string& block : blocks("man/dmmd.json.5", ".Bd -literal", ".Ed")) {
        // Others are messages.
        if (!block.starts_with("{")) continue;
        check(block, "man/dmmd.json.5");
        ++whole;
    }
    CHECK(whole >= 4);
}

TEST_CASE("each example file is right", "[config]") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator("tools/examples")) {
        if (entry.path().extension() != ".json") continue;
        const auto settings = load(entry.path().string());
        INFO(entry.path().string());
        if (!settings) FAIL_CHECK(to_text(settings.error().front(), entry.path().string()));
        ++files;
    }
    CHECK(files >= 7);
}

}  // namespace
}  // namespace dmm::config
