// Requests. Both sides of the socket may be of different versions or written by others, so
// nothing is guessed: an unknown key is as wrong as an unknown command.
#include "lib/control/protocol.h"

#include <algorithm>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/base/words.h"
#include "lib/control/vocabulary.h"
#include "lib/model/event_name.h"
#include "lib/model/limits.h"

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;

std::string unknown_event(std::string_view name) {
    const auto nearest = nearest_word(name, {kEventNames.begin(), kEventNames.end()});
    return "unknown event " + in_quotes(name) +
           (nearest ? "; did you mean " + in_quotes(*nearest) + "?" : "; dmmd(8) lists them");
}

// Reads the keys of a request; the first error stays.
class Fields {
public:
    explicit Fields(const Json& object) : object_(object) {}

    std::string text(std::string_view key, bool required) {
        const Json* value = find(key);
        if (value == nullptr) {
            if (required) complain(in_quotes(key) + " is missing");
            return {};
        }
        if (!value->is_string()) {
            complain(in_quotes(key) + " is not a string");
            return {};
        }
        return value->get<std::string>();
    }

    bool flag(std::string_view key) {
        const Json* value = find(key);
        if (value == nullptr) return false;
        if (!value->is_boolean()) complain(in_quotes(key) + " is neither true nor false");
        return value->is_boolean() && value->get<bool>();
    }

    std::vector<std::string> texts(std::string_view key) {
        const Json* value = find(key);
        std::vector<std::string> out;
        if (value == nullptr) return out;
        const bool right =
            value->is_array() && std::all_of(value->begin(), value->end(), [](const Json& element) {
                return element.is_string();
            });
        if (!right) {
            complain(in_quotes(key) + " is not an array of strings");
            return out;
        }
        for (const Json& element : *value)
            out.push_back(element.get<std::string>());
        return out;
    }

    [[nodiscard]] bool has(std::string_view key) const {
        return object_.contains(std::string(key));
    }

    void version(std::string_view key) {
        const Json* value = find(key);
        const std::string ours = "; this daemon speaks version " + std::to_string(kVersion);
        if (value == nullptr) {
            complain(in_quotes(key) + " is missing" + ours);
        } else if (*value != kVersion) {
            complain(in_quotes(key) + " is another version" + ours);
        }
    }

    // Everything that was not asked for is unknown.
    void finish() {
        for (const auto& item : object_.items()) {
            if (std::find(known_.begin(), known_.end(), item.key()) == known_.end()) {
                complain(unknown_word("key", item.key(), known_));
            }
        }
    }

    void complain(std::string text) {
        if (error_.empty()) error_ = std::move(text);
    }

    [[nodiscard]] const std::string& error() const { return error_; }

private:
    const Json* find(std::string_view key) {
        known_.push_back(key);
        const auto found = object_.find(std::string(key));
        return found == object_.end() ? nullptr : &*found;
    }

    const Json& object_;
    std::vector<std::string_view> known_;
    std::string error_;
};

NodeFilter filter(Fields& fields, Show what) {
    NodeFilter out;
    for (const std::string_view key : kNodeFilterKeys) {
        const bool takes = what == Show::Nodes || (what == Show::Handovers && key == "mn");
        if (!takes) continue;
        const std::string value = fields.text(key, /*required=*/false);
        if (!fields.has(key)) continue;
        auto fault = set(out, key, value);
        if (!fault) fields.complain(std::move(fault.error()));
    }
    return out;
}

Request show(Fields& fields) {
    const std::string what = fields.text("what", /*required=*/true);
    std::vector<std::string_view> known;
    for (const ShowName& entry : kShowNames) {
        if (entry.name == what) {
            return ShowRequest{.what = entry.what, .filter = filter(fields, entry.what)};
        }
        known.push_back(entry.name);
    }
    fields.complain(unknown_word("view", what, known));
    return ShowRequest{};
}

Request attach(Fields& fields) {
    return AttachRequest{.mac = fields.text("mac", /*required=*/true),
                         .link = fields.text("link", /*required=*/true),
                         .mn = fields.text("mn", /*required=*/false)};
}

Request detach(Fields& fields) {
    return DetachRequest{.mn = fields.text("mn", /*required=*/true), .now = fields.flag("now")};
}

Request remove(Fields& fields) {
    return RemoveRequest{.mn = fields.text("mn", /*required=*/true),
                         .maar = fields.text("maar", /*required=*/false)};
}

Request trace(Fields& /*fields*/) {
    return TraceRequest{};
}

Request monitor(Fields& fields) {
    MonitorRequest out{.events = fields.texts("events"),
                       .mn = fields.text("mn", /*required=*/false)};
    for (const std::string& name : out.events) {
        if (!is_event_name(name)) fields.complain(unknown_event(name));
    }
    return out;
}

Request check(Fields& /*fields*/) {
    return CheckRequest{};
}

Request metrics(Fields& /*fields*/) {
    return MetricsRequest{};
}

Request shutdown(Fields& fields) {
    const std::string word = fields.text("forwarding", /*required=*/false);
    const auto forwarding = parse_on_exit(word);
    if (!forwarding && fields.has("forwarding")) {
        fields.complain(
            unknown_word("way to end", word, {kOnExitNames.begin(), kOnExitNames.end()}));
    }
    return ShutdownRequest{.forwarding = forwarding};
}

Request reload(Fields& fields) {
    return ReloadRequest{.dry_run = fields.flag("dry_run")};
}

Request drain(Fields& /*fields*/) {
    return DrainRequest{.on = true};
}

Request undrain(Fields& /*fields*/) {
    return DrainRequest{.on = false};
}

Request log(Fields& fields) {
    const std::string word = fields.text("level", /*required=*/false);
    const auto level = parse_log_level(word);
    if (!level && fields.has("level")) {
        fields.complain(
            unknown_word("log level", word, {kLogLevelNames.begin(), kLogLevelNames.end()}));
    }
    return LogRequest{.level = level};
}

struct Command {
    std::string_view name;
    Request (*read)(Fields&);
};

constexpr std::array<Command, 13> kCommands{{{"show", show},
                                             {"attach", attach},
                                             {"detach", detach},
                                             {"remove", remove},
                                             {"trace", trace},
                                             {"monitor", monitor},
                                             {"check", check},
                                             {"shutdown", shutdown},
                                             {"reload", reload},
                                             {"drain", drain},
                                             {"undrain", undrain},
                                             {"log", log},
                                             {"metrics", metrics}}};

Request read_command(Fields& fields) {
    const std::string name = fields.text("command", /*required=*/true);
    std::vector<std::string_view> known;
    for (const Command& command : kCommands) {
        if (command.name == name) return command.read(fields);
        known.push_back(command.name);
    }
    fields.complain(unknown_word("command", name, known));
    return ShowRequest{};
}

// The object of `line`; of two equal keys a parser would keep one without a word, so they
// are looked for here.
std::expected<Json, std::string> read_object(std::string_view line) {
    std::set<std::string> keys;
    std::string repeated;
    const auto watch = [&](int depth, Json::parse_event_t event, const Json& key) {
        if (event == Json::parse_event_t::key && depth == 1 &&
            !keys.insert(key.get<std::string>()).second) {
            repeated = key.get<std::string>();
        }
        return true;
    };
    Json object = Json::parse(line, watch, /*allow_exceptions=*/false);
    if (!object.is_object()) return std::unexpected("the request is not a JSON object in one line");
    if (!repeated.empty()) return std::unexpected(in_quotes(repeated) + " is given twice");
    return object;
}

Json to_json(const ShowRequest& request) {
    const auto* entry = std::find_if(kShowNames.begin(), kShowNames.end(), [&](const ShowName& n) {
        return n.what == request.what;
    });
    Json out{{"command", "show"}, {"what", entry->name}};
    for (const std::string_view key : kNodeFilterKeys) {
        std::string value = value_of(request.filter, key);
        if (!value.empty()) out[std::string(key)] = std::move(value);
    }
    return out;
}

Json to_json(const AttachRequest& request) {
    Json out{{"command", "attach"}, {"mac", request.mac}, {"link", request.link}};
    if (!request.mn.empty()) out["mn"] = request.mn;
    return out;
}

Json to_json(const DetachRequest& request) {
    return {{"command", "detach"}, {"mn", request.mn}, {"now", request.now}};
}

Json to_json(const RemoveRequest& request) {
    Json out{{"command", "remove"}, {"mn", request.mn}};
    if (!request.maar.empty()) out["maar"] = request.maar;
    return out;
}

Json to_json(const TraceRequest& /*request*/) {
    return {{"command", "trace"}};
}

Json to_json(const MonitorRequest& request) {
    Json out{{"command", "monitor"}};
    if (!request.events.empty()) out["events"] = request.events;
    if (!request.mn.empty()) out["mn"] = request.mn;
    return out;
}

Json to_json(const CheckRequest& /*request*/) {
    return {{"command", "check"}};
}

Json to_json(const MetricsRequest& /*request*/) {
    return {{"command", "metrics"}};
}

Json to_json(const ShutdownRequest& request) {
    Json out{{"command", "shutdown"}};
    if (request.forwarding) out["forwarding"] = name_of(*request.forwarding);
    return out;
}

Json to_json(const ReloadRequest& request) {
    return {{"command", "reload"}, {"dry_run", request.dry_run}};
}

Json to_json(const DrainRequest& request) {
    return {{"command", request.on ? "drain" : "undrain"}};
}

Json to_json(const LogRequest& request) {
    Json out{{"command", "log"}};
    if (request.level) out["level"] = name_of(*request.level);
    return out;
}

}  // namespace

std::string encode(const Request& request) {
    Json out{{"v", kVersion}};
    out.update(std::visit([](const auto& r) { return to_json(r); }, request));
    return out.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::expected<Request, std::string> decode_request(std::string_view line) {
    if (line.size() > limits::kControlRequestOctets) {
        return std::unexpected("the request is longer than " +
                               std::to_string(limits::kControlRequestOctets) + " octets");
    }
    const auto object = read_object(line);
    if (!object) return std::unexpected(object.error());
    Fields fields(*object);
    fields.version("v");
    Request request = read_command(fields);
    fields.finish();
    if (!fields.error().empty()) return std::unexpected(fields.error());
    return request;
}

}  // namespace dmm::control
