// Configurations for tests, with one thing in them changed.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/config/load.h"

namespace dmm::config {

// Keys and their values as JSON; an empty value leaves the key out.
using Keys = std::vector<std::pair<std::string, std::string>>;

inline std::string object(Keys keys, const Keys& changes) {
    for (const auto& [key, json] : changes) {
        const auto known =
            std::find_if(keys.begin(), keys.end(), [&](auto& k) { return k.first == key; });
        if (known != keys.end()) {
            known->second = json;
        } else {
            keys.emplace_back(key, json);
        }
    }
    std::string out = "{";
    for (const auto& [key, json] : keys) {
        if (json.empty()) continue;
        if (out.size() > 1) out += ", ";
        out += '"' + key + "\": " + json;
    }
    return out + "}";
}

inline std::string maar(const Keys& changes, const Keys& top = {}) {
    const std::string section = object({{"address", R"("2001:db8:1::1")"},
                                        {"cmd", R"("2001:db8:ffff::c0")"},
                                        {"access_links", R"(["lan0"])"},
                                        {"pool", R"("2001:db8:a100::/48")"}},
                                       changes);
    return object({{"role", R"("maar")"}, {"maar", section}}, top);
}

inline std::string cmd(const Keys& changes, const Keys& top = {}) {
    const std::string section =
        object({{"address", R"("2001:db8:ffff::c0")"},
                {"maars", R"([{"address": "2001:db8:1::1", "pool": "2001:db8:a100::/48"}])"}},
               changes);
    return object({{"role", R"("cmd")"}, {"cmd", section}}, top);
}

inline std::vector<std::string> complaints(std::string_view json, std::string_view instance = "x") {
    const auto settings = parse(json, instance);
    std::vector<std::string> out;
    if (settings) return out;
    for (const ConfigError& error : settings.error())
        out.push_back(to_text(error, "x.json"));
    return out;
}

}  // namespace dmm::config
