// What the fake kernel says of its own accord: the difference to what it said before.
#include <algorithm>

#include "tests/kernel/fake_netlink.h"

namespace dmm::kernel {
namespace {

using What = Notification::What;

bool same(const AddressRecord& a, const AddressRecord& b) {
    return a.interface == b.interface && a.address == b.address;
}

bool same(const NeighbourRecord& a, const NeighbourRecord& b) {
    return a.interface == b.interface && a.ip == b.ip;
}

bool same(const RouteRecord& a, const RouteRecord& b) {
    return a.table == b.table && a.to == b.to && a.from == b.from && a.interface == b.interface &&
           a.protocol == b.protocol && a.metric == b.metric;
}

bool same(const RuleRecord& a, const RuleRecord& b) {
    return a.priority == b.priority && a.table == b.table && a.protocol == b.protocol;
}

template <typename Record>
void tell_difference(const std::vector<Record>& before,
                     const std::vector<Record>& after,
                     std::vector<Notification>& out) {
    const auto tell = [&](What what, const auto& these, const auto& those) {
        for (const Record& record : these) {
            const bool known = std::ranges::any_of(
                those, [&](const Record& other) { return same(record, other); });
            if (!known) out.push_back({.what = what, .record = record});
        }
    };
    tell(What::Gone, before, after);
    tell(What::There, after, before);
}

}  // namespace

Heard FakeNetlink::hear() {
    Heard heard;
    std::vector<Notification>& out = heard.notifications;
    tell_difference(told_.routes, routes_, out);
    tell_difference(told_.addresses, addresses_, out);
    tell_difference(told_.neighbours, neighbours_, out);
    tell_difference(told_.rules, rules_, out);
    for (const auto& [index, link] : told_.links) {
        if (!links_.contains(index)) out.push_back({.what = What::Gone, .record = link});
    }
    for (const auto& [index, link] : links_) {
        const auto before = told_.links.find(index);
        const bool changed = before == told_.links.end() || before->second.up != link.up;
        if (changed) out.push_back({.what = What::There, .record = link});
    }
    told_ = {.links = links_,
             .addresses = addresses_,
             .neighbours = neighbours_,
             .routes = routes_,
             .rules = rules_};
    return heard;
}

}  // namespace dmm::kernel
