#include "lib/control/disclosure.h"

#include <nlohmann/json.hpp>

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json, int indent) {
    return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// nullptr when it is not there.
Json* member(Json& json, const char* name) {
    if (!json.is_object()) return nullptr;
    const auto found = json.find(name);
    return found == json.end() ? nullptr : &*found;
}

bool remove_arguments(Json& hook) {
    Json* run = member(hook, "run");
    if (run == nullptr || !run->is_array()) return false;
    for (std::size_t i = 1; i < run->size(); ++i)
        (*run)[i] = "removed";
    return true;
}

}  // namespace

std::expected<std::string, std::string> without_hook_arguments(std::string_view payload) {
    Json json = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
    Json* config = member(json, "config");
    if (config == nullptr || !config->is_object()) {
        return std::unexpected("it holds no configuration");
    }
    if (Json* hooks = member(*config, "hooks")) {
        if (!hooks->is_array()) return std::unexpected("/hooks is not an array");
        for (Json& hook : *hooks) {
            if (!remove_arguments(hook)) return std::unexpected("a hook has no array \"run\"");
        }
    }
    return text_of(json, 2) + '\n';
}

std::vector<std::string> configured_names(std::string_view payload) {
    std::vector<std::string> out;
    Json json = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
    Json* config = member(json, "config");
    if (config == nullptr) return out;
    // A MAAR knows its nodes by address, a CMD by name.
    for (const char* role : {"maar", "cmd"}) {
        Json* section = member(*config, role);
        Json* nodes = section == nullptr ? nullptr : member(*section, "nodes");
        if (nodes == nullptr || !nodes->is_object()) continue;
        for (const auto& [key, value] : nodes->items()) {
            if (std::string_view(role) == "cmd")
                out.push_back(key);
            else if (value.is_string())
                out.push_back(value.get<std::string>());
        }
    }
    return out;
}

std::string json_escaped(std::string_view text) {
    const std::string quoted = text_of(Json(text), -1);
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace dmm::control
