// Values for tests, built in one line each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/action.h"
#include "lib/core/event.h"
#include "lib/core/registration.h"
#include "lib/model/settings.h"
#include "tests/support/domain.h"

namespace dmm::test {

inline Ip6Address ip(const char* text) {
    return Ip6Address::parse(text).value();
}

inline Prefix prefix(const char* text) {
    return Prefix::parse(text).value();
}

inline LinkLayerAddress mac(const char* text) {
    return LinkLayerAddress::parse(text).value();
}

// 2026-01-01 00:00 UTC plus `elapsed`, on both clocks.
inline Now at(Duration elapsed) {
    return {.steady = {.since_start = elapsed},
            .wall = {.since_epoch = std::chrono::seconds(1767225600) + elapsed}};
}

// A domain of three MAARs.
inline CmdSettings cmd_settings() {
    return Domain(3).cmd({});
}

inline MaarSettings maar_settings(std::uint64_t n) {
    return Domain(3).maar(n, {});
}

struct PbuSpec {
    const char* from = "2001:db8:1::1";
    const char* mn = "alice@example";
    std::vector<const char*> prefixes = {"2001:db8:a100:1::/64"};
    std::optional<wire::Handoff> handoff = wire::Handoff::Unknown;
    std::optional<std::uint8_t> access_technology = 3;
    std::uint16_t flags = wire::bu_flag::kDmmPbu;
    std::uint16_t lifetime = 150;
    bool timestamp = true;
    const char* serving = nullptr;
    const char* to = "2001:db8:ffff::c0";
};

core::MessageReceived pbu(const Now& now, const PbuSpec& spec, std::uint16_t sequence = 1);

// The messages of one type among the actions, in their order.
template <typename M>
std::vector<std::pair<core::Send, M>> sent(const core::Actions& actions) {
    std::vector<std::pair<core::Send, M>> found;
    for (const core::Action& action : actions) {
        const auto* send = std::get_if<core::Send>(&action);
        if (send == nullptr) continue;
        if (const auto* message = std::get_if<M>(&send->message))
            found.emplace_back(*send, *message);
    }
    return found;
}

template <typename A>
std::vector<A> only(const core::Actions& actions) {
    std::vector<A> found;
    for (const core::Action& action : actions) {
        if (const auto* typed = std::get_if<A>(&action)) found.push_back(*typed);
    }
    return found;
}

// The reason of the first MessageRefused note, or "".
std::string refusal(const core::Actions& actions);

}  // namespace dmm::test
