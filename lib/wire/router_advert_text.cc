// The text form of Router Advertisements, both ways.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "lib/wire/router_advert.h"

namespace dmm::wire {
namespace {

using std::chrono::seconds;

std::string_view name_of(RouterPreference preference) {
    switch (preference) {
        case RouterPreference::Low:
            return "low";
        case RouterPreference::Medium:
            return "medium";
        case RouterPreference::High:
            return "high";
    }
    return {};
}

std::optional<RouterPreference> parse_preference(std::string_view text) {
    for (const auto p : {RouterPreference::Low, RouterPreference::Medium, RouterPreference::High}) {
        if (name_of(p) == text) return p;
    }
    return std::nullopt;
}

// "on-link" and "autonomous" are the rule and stay unsaid.
std::string text_of(const PrefixInformation& info) {
    std::string text = to_text(info.prefix) + ",valid=" + std::to_string(info.valid.count()) +
                       ",preferred=" + std::to_string(info.preferred.count());
    if (!info.on_link) text += ",off-link";
    if (!info.autonomous) text += ",no-autoconf";
    return text;
}

std::string text_of(const RouteInformation& info) {
    return to_text(info.prefix) + ",prf=" + std::string(name_of(info.preference)) +
           ",lifetime=" + std::to_string(info.lifetime.count());
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

// What stands behind "key=" in `part`, or nullopt.
std::optional<std::string_view> value_of(std::string_view part, std::string_view key) {
    if (!part.starts_with(key) || !part.substr(key.size()).starts_with('=')) return std::nullopt;
    return part.substr(key.size() + 1);
}

template <typename Field>
std::optional<seconds> parse_seconds(std::optional<std::string_view> text) {
    const auto number = text ? parse_number<Field>(*text) : std::nullopt;
    if (!number) return std::nullopt;
    return seconds(*number);
}

std::optional<PrefixInformation> parse_prefix_information(std::string_view text) {
    const auto parts = split(text, ',');
    if (parts.size() < 3) return std::nullopt;
    const auto prefix = Prefix::parse(parts[0]);
    const auto valid = parse_seconds<std::uint32_t>(value_of(parts[1], "valid"));
    const auto preferred = parse_seconds<std::uint32_t>(value_of(parts[2], "preferred"));
    if (!prefix || !valid || !preferred || *preferred > *valid) return std::nullopt;
    PrefixInformation info{.prefix = *prefix, .valid = *valid, .preferred = *preferred};
    for (std::size_t i = 3; i < parts.size(); ++i) {
        if (parts[i] == "off-link" && info.on_link) {
            info.on_link = false;
        } else if (parts[i] == "no-autoconf" && info.autonomous) {
            info.autonomous = false;
        } else {
            return std::nullopt;
        }
    }
    return info;
}

std::optional<RouteInformation> parse_route_information(std::string_view text) {
    const auto parts = split(text, ',');
    if (parts.size() != 3) return std::nullopt;
    const auto prefix = Prefix::parse(parts[0]);
    const auto name = value_of(parts[1], "prf");
    const auto preference = name ? parse_preference(*name) : std::nullopt;
    const auto lifetime = parse_seconds<std::uint32_t>(value_of(parts[2], "lifetime"));
    if (!prefix || !preference || !lifetime) return std::nullopt;
    return RouteInformation{.prefix = *prefix, .preference = *preference, .lifetime = *lifetime};
}

template <typename From, typename To>
bool assign(const std::optional<From>& from, To& to) {
    if (from) to = *from;
    return from.has_value();
}

template <typename T>
bool append(const std::optional<T>& from, std::vector<T>& to) {
    if (from) to.push_back(*from);
    return from.has_value();
}

bool parse_word(std::string_view key, std::string_view value, RouterAdvert& out) {
    if (key == "lifetime") return assign(parse_seconds<std::uint16_t>(value), out.router_lifetime);
    if (key == "prf") return assign(parse_preference(value), out.preference);
    if (key == "hop") return assign(parse_number<std::uint8_t>(value), out.hop_limit);
    if (key == "mtu") return assign(parse_number<std::uint32_t>(value), out.mtu);
    if (key == "mac") return assign(LinkLayerAddress::parse(value), out.source_link_layer);
    if (key == "pio") return append(parse_prefix_information(value), out.prefixes);
    if (key == "rio") return append(parse_route_information(value), out.routes);
    return false;
}

}  // namespace

std::string to_text(const RouterAdvert& advert) {
    std::string text = "lifetime=" + std::to_string(advert.router_lifetime.count()) +
                       " prf=" + std::string(name_of(advert.preference)) +
                       " hop=" + std::to_string(advert.hop_limit);
    if (advert.mtu != 0) text += " mtu=" + std::to_string(advert.mtu);
    if (advert.source_link_layer) text += " mac=" + to_text(*advert.source_link_layer);
    for (const PrefixInformation& info : advert.prefixes)
        text += " pio=" + text_of(info);
    for (const RouteInformation& info : advert.routes)
        text += " rio=" + text_of(info);
    return text;
}

std::optional<RouterAdvert> parse_advert(std::string_view text) {
    RouterAdvert advert;
    std::vector<std::string_view> seen;
    for (const std::string_view word : split(text, ' ')) {
        const auto equals = word.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view key = word.substr(0, equals);
        const bool may_repeat = key == "pio" || key == "rio";
        if (!may_repeat && std::find(seen.begin(), seen.end(), key) != seen.end()) {
            return std::nullopt;
        }
        seen.push_back(key);
        if (!parse_word(key, word.substr(equals + 1), advert)) return std::nullopt;
    }
    if (std::find(seen.begin(), seen.end(), "lifetime") == seen.end()) return std::nullopt;
    return advert;
}

}  // namespace dmm::wire
