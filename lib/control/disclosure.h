// What of a reply's --json form must not leave the house, and what names it holds. For
// bundles that are sent to strangers.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dmm::control {

// `payload`, the --json form of a configuration, with "removed" for every argument of a hook:
// they are the only values of dmmd.json(5) that may be secret, such as a token. Programs stay.
// An error where it is of another shape: then nobody can tell where secrets are.
[[nodiscard]] std::expected<std::string, std::string> without_hook_arguments(
    std::string_view payload);

// The nodes' identifiers that such a configuration names.
[[nodiscard]] std::vector<std::string> configured_names(std::string_view payload);

// As it stands between the quotes of a JSON string.
[[nodiscard]] std::string json_escaped(std::string_view text);

}  // namespace dmm::control
