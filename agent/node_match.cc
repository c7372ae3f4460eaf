#include "agent/node_match.h"

#include <algorithm>

#include "lib/base/glob.h"

namespace dmm::agent {
namespace {

bool overlaps(const core::Anchor& anchor, const Prefix& wanted) {
    return std::ranges::any_of(anchor.prefixes, [&](const Prefix& prefix) {
        return prefix.contains(wanted) || wanted.contains(prefix);
    });
}

bool is_named(const MnId& mn, const control::NodeFilter& filter) {
    return filter.mn.empty() || matches_glob(filter.mn, to_text(mn));
}

bool is_in_state(std::string_view state, const control::NodeFilter& filter) {
    return filter.state.empty() || filter.state == state;
}

}  // namespace

bool passes(const core::MaarSession& session, const control::NodeFilter& filter) {
    if (!is_in_state(state_name(session), filter)) return false;
    const bool on_link = is_here(session) && session.attachment.link.name == filter.link;
    if (!filter.link.empty() && !on_link) return false;
    if (!is_named(session.mn, filter)) return false;
    if (!filter.prefix || overlaps(session.own, *filter.prefix)) return true;
    return std::ranges::any_of(session.anchors, [&](const core::Anchor& anchor) {
        return overlaps(anchor, *filter.prefix);
    });
}

bool passes(const core::CmdSession& session, const control::NodeFilter& filter) {
    if (!is_in_state(state_name(session), filter) || !filter.link.empty()) return false;
    if (!is_named(session.mn, filter)) return false;
    if (!filter.prefix || overlaps(anchor_of(session.serving), *filter.prefix)) return true;
    return std::ranges::any_of(session.previous, [&](const core::PreviousAnchor& previous) {
        return overlaps(anchor_of(previous.anchor), *filter.prefix);
    });
}

std::optional<MnId> one_node(const control::NodeFilter& filter) {
    if (filter.mn.empty() || is_glob(filter.mn)) return std::nullopt;
    return parse_mn_id(filter.mn);
}

control::NodeFilter without_name(control::NodeFilter filter) {
    filter.mn.clear();
    return filter;
}

}  // namespace dmm::agent
