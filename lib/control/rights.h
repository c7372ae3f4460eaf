// Which requests only look. Everything else changes something, also what is added later and not
// named here.
#pragma once

#include <type_traits>
#include <variant>

#include "lib/control/protocol.h"

namespace dmm::control {

template <typename R>
inline constexpr bool kOnlyLooks = false;
template <>
inline constexpr bool kOnlyLooks<ShowRequest> = true;
template <>
inline constexpr bool kOnlyLooks<TraceRequest> = true;
template <>
inline constexpr bool kOnlyLooks<MonitorRequest> = true;
template <>
inline constexpr bool kOnlyLooks<CheckRequest> = true;
template <>
inline constexpr bool kOnlyLooks<MetricsRequest> = true;

[[nodiscard]] inline bool only_looks(const Request& request) {
    // Without a level it asks for the one that is.
    if (const auto* log = std::get_if<LogRequest>(&request)) return !log->level;
    return std::visit([](const auto& r) { return kOnlyLooks<std::decay_t<decltype(r)>>; }, request);
}

}  // namespace dmm::control
