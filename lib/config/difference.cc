#include "lib/config/difference.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "lib/config/errors.h"
#include "lib/config/load.h"

namespace dmm::config {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// What an element of a list is known by.
Json identity_of(const Json& element) {
    return element.is_object() ? element.value("address", Json()) : element;
}

class Comparison {
public:
    void objects(const std::string& pointer, const Json& before, const Json& after) {
        for (const auto& [key, old] : before.items()) {
            const auto now = after.find(key);
            if (now == after.end())
                add(below(pointer, key), text_of(old), "");
            else
                values(below(pointer, key), old, *now);
        }
        for (const auto& [key, now] : after.items()) {
            if (!before.contains(key)) add(below(pointer, key), "", text_of(now));
        }
    }

    [[nodiscard]] std::vector<Change> take() && { return std::move(changes_); }

private:
    void values(const std::string& pointer, const Json& before, const Json& after) {
        if (before.is_object() && after.is_object())
            objects(pointer, before, after);
        else if (before.is_array() && after.is_array())
            lists(pointer, before, after);
        else if (before != after)
            add(pointer, text_of(before), text_of(after));
    }

    // What went, by its place before; then what stayed or came, by its place now.
    void lists(const std::string& pointer, const Json& before, const Json& after) {
        const auto now_by_name = places(after);
        const auto before_by_name = places(before);
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (!now_by_name.contains(text_of(identity_of(before[i]))))
                add(below(pointer, i), text_of(before[i]), "");
        }
        for (std::size_t i = 0; i < after.size(); ++i) {
            const auto old = before_by_name.find(text_of(identity_of(after[i])));
            if (old == before_by_name.end())
                add(below(pointer, i), "", text_of(after[i]));
            else
                values(below(pointer, i), before[old->second], after[i]);
        }
    }

    static std::map<std::string, std::size_t> places(const Json& list) {
        std::map<std::string, std::size_t> out;
        for (std::size_t i = 0; i < list.size(); ++i)
            out.emplace(text_of(identity_of(list[i])), i);
        return out;
    }

    void add(std::string pointer, std::string before, std::string after) {
        changes_.push_back({.pointer = std::move(pointer),
                            .before = std::move(before),
                            .after = std::move(after)});
    }

    std::vector<Change> changes_;
};

constexpr std::array<std::string_view, 16> kFixed{"/role",
                                                  "/control_socket",
                                                  "/control/group",
                                                  "/control/read_group",
                                                  "/metrics",
                                                  "/metrics/listen",
                                                  "/maar/address",
                                                  "/maar/cmd",
                                                  "/maar/core_interface",
                                                  "/maar/encap",
                                                  "/maar/uplinks",
                                                  "/maar/table",
                                                  "/maar/rule_priority",
                                                  "/maar/source_check",
                                                  "/cmd/address",
                                                  "/protocol/mode"};

}  // namespace

std::vector<Change> differences(const Settings& before, const Settings& after) {
    const auto parsed = [](const Settings& settings) {
        return Json::parse(to_json(settings), nullptr, /*allow_exceptions=*/false);
    };
    const Json old = parsed(before);
    const Json now = parsed(after);
    // Of another role nothing is the same; what its sections say is not the question.
    if (before.role.index() != after.role.index()) {
        return {{.pointer = "/role",
                 .before = text_of(old.at("role")),
                 .after = text_of(now.at("role"))}};
    }
    Comparison comparison;
    comparison.objects("", old, now);
    return std::move(comparison).take();
}

bool needs_restart(std::string_view pointer) {
    return std::ranges::count(kFixed, pointer) > 0;
}

std::string to_text(const Change& change) {
    const auto shown = [](const std::string& value) { return value.empty() ? "absent" : value; };
    return change.pointer + ": " + shown(change.before) + " -> " + shown(change.after);
}

}  // namespace dmm::config
