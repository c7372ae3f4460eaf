// Two configurations compared key by key, for a daemon that reads its file again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/model/settings.h"

namespace dmm::config {

struct Change {
    std::string pointer;  // JSON pointer; of an element that went, in the old configuration
    std::string before;   // as JSON in one line; "" if it was not there
    std::string after;    // as JSON in one line; "" if it is not there any more
    friend bool operator==(const Change&, const Change&) = default;
};

// In the order of the effective configuration. The order in which lists are written is no
// difference; the elements of /cmd/maars are the same if their addresses are.
[[nodiscard]] std::vector<Change> differences(const Settings& before, const Settings& after);

// What this key says is built into sockets and the kernel when the daemon starts, or must not be
// another while sessions stand.
[[nodiscard]] bool needs_restart(std::string_view pointer);

// "POINTER: BEFORE -> AFTER"; what is not there is "absent".
[[nodiscard]] std::string to_text(const Change& change);

}  // namespace dmm::config
