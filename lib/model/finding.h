// What a look at the host found, and what would put it right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dmm {

enum class Severity : std::uint8_t {
    Ok,
    Unseen,   // cannot be looked at from here; no reason to worry by itself
    Warning,  // works, but not well or not for long
    Error,    // does not work
};

struct Finding {
    std::string name;  // of the check; stays the same between versions
    Severity severity = Severity::Ok;
    std::string found;
    std::string remedy = {};  // a command where there is one; "" with Ok
    friend bool operator==(const Finding&, const Finding&) = default;
};

[[nodiscard]] constexpr std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::Ok:
            return "ok";
        case Severity::Unseen:
            return "unseen";
        case Severity::Warning:
            return "warning";
        case Severity::Error:
            return "error";
    }
    std::unreachable();
}

}  // namespace dmm
