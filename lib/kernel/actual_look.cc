// What is in the way of something that was to be made: the same, ours in another form, or not ours.
#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>

#include "lib/kernel/actual.h"

namespace dmm::kernel {
namespace {

constexpr std::uint32_t kIndexLeap = 1'000;  // past those of whoever counts likewise

bool is_same(const LinkRecord& found, const Link& link, std::uint32_t lower) {
    if (found.lower != lower) return false;
    if (const auto* macvlan = std::get_if<Macvlan>(&link.kind)) {
        return found.kind == "macvlan" && found.mac == macvlan->mac;
    }
    const auto& tunnel = std::get<Ip6Tunnel>(link.kind);
    return found.kind == "ip6tnl" && found.local == tunnel.local && found.remote == tunnel.remote;
}

}  // namespace

std::optional<KernelError> Actual::look(const Operation& operation, KernelError refused) {
    const auto* add = std::get_if<Add>(&operation);
    if (add == nullptr) return refused;
    if (const auto* link = std::get_if<Link>(&add->object)) {
        return look_at_link(*link, std::move(refused));
    }
    if (refused.code != EEXIST) return refused;
    if (const auto* route = std::get_if<Route>(&add->object)) {
        return look_at_route(*route, std::move(refused));
    }
    // An address on a link of ours has no more to it than its identity.
    if (std::holds_alternative<Address>(add->object)) return std::nullopt;
    if (const auto* rule = std::get_if<Rule>(&add->object)) {
        return look_at_rule(*rule, std::move(refused));
    }
    return refused;
}

std::optional<KernelError> Actual::look_at_link(const Link& link, KernelError refused) {
    const auto found = channel_.link(link.name);
    if (found) {
        const std::string& lower = lower_of(link);
        if (found->alias != kLinkAlias && found->group != kCondemnedGroup) {
            refused.text = "there is an interface of this name, which is not ours";
            return refused;
        }
        indices_[link.name] = found->index;
        if (is_same(*found, link, lower.empty() ? 0 : indices_[lower])) return std::nullopt;
        if (auto stays = channel_.perform_one(Remove{link}, indices_)) return stays;
    } else {
        next_index_ += kIndexLeap;
    }
    indices_[link.name] = take_index();
    auto again = channel_.perform_one(Add{link}, indices_);
    if (again && again->code == EEXIST) {
        again->text = "there is another tunnel between the same ends";
    }
    return again;
}

std::optional<KernelError> Actual::look_at_route(const Route& route, KernelError refused) {
    const auto ours = channel_.routes(route.table, kRouteProtocol);
    if (!ours) return ours.error();
    const auto found = std::ranges::find_if(*ours, [&](const RouteRecord& there) {
        return there.table == route.table && there.to == route.to && there.from == route.from &&
               there.protocol == kRouteProtocol;
    });
    if (found == ours->end()) {
        refused.text = "there is a route to this prefix, which is not ours";
        return refused;
    }
    const bool thrown = found->type == RTN_THROW;
    const bool same = route.dev.empty()
                          ? thrown
                          : !thrown && index_of(route.dev) == found->interface &&
                                found->via == route.via && found->segment == route.segment &&
                                found->wraps == route.segment.has_value();
    if (same) return std::nullopt;
    return channel_.perform_one(Replace{route}, indices_);
}

std::optional<KernelError> Actual::look_at_rule(const Rule& rule, KernelError refused) {
    const auto rules = channel_.rules();
    if (!rules) return rules.error();
    for (const RuleRecord& there : *rules) {
        if (there.protocol == kRouteProtocol && rule_of(there) == rule) return std::nullopt;
    }
    refused.text = "there is such a rule, which is not ours";
    return refused;
}

}  // namespace dmm::kernel
