#include "lib/control/node_filter.h"

#include <algorithm>
#include <vector>

#include "lib/base/words.h"

namespace dmm::control {
namespace {

using Outcome = std::expected<void, std::string>;

Outcome set_prefix(NodeFilter& filter, std::string_view value) {
    filter.prefix = Prefix::parse(value);
    if (filter.prefix) return {};
    const auto address = Ip6Address::parse(value);
    if (!address) {
        return std::unexpected(in_quotes(value) +
                               " is neither a prefix nor an address; give one like "
                               "2001:db8:a100:1::/64 or 2001:db8:a100:1::5");
    }
    filter.prefix = Prefix(*address, 128);
    return {};
}

Outcome set_state(NodeFilter& filter, std::string_view value) {
    if (std::ranges::find(kNodeStates, value) == kNodeStates.end()) {
        return std::unexpected(
            unknown_word("state", value, {kNodeStates.begin(), kNodeStates.end()}));
    }
    filter.state = value;
    return {};
}

}  // namespace

Outcome set(NodeFilter& filter, std::string_view key, std::string_view value) {
    if (std::ranges::find(kNodeFilterKeys, key) == kNodeFilterKeys.end()) {
        return std::unexpected(
            unknown_word("filter", key, {kNodeFilterKeys.begin(), kNodeFilterKeys.end()}));
    }
    if (value.empty()) return std::unexpected(in_quotes(key) + " is empty");
    if (key == "prefix") return set_prefix(filter, value);
    if (key == "state") return set_state(filter, value);
    (key == "mn" ? filter.mn : filter.link) = value;
    return {};
}

std::string value_of(const NodeFilter& filter, std::string_view key) {
    if (key == "mn") return filter.mn;
    if (key == "link") return filter.link;
    if (key == "state") return filter.state;
    if (!filter.prefix) return {};
    const bool is_address = filter.prefix->length() == 128;
    return is_address ? to_text(filter.prefix->address()) : to_text(*filter.prefix);
}

}  // namespace dmm::control
