// The fake kernel's routing table and look-ups.
#include <algorithm>
#include <cerrno>
#include <utility>

#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_builder.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/record_writer.h"

namespace dmm::kernel {
namespace {

constexpr std::uint32_t kDefaultMetric = 1024;

// What leads nowhere is shown as leading there.
constexpr std::uint32_t kLoopback = 1;

const Ack kDone{};

Ack refusal(int code, std::string text = {}) {
    return {.code = code, .text = std::move(text)};
}

bool same_place(const RouteRecord& a, const RouteRecord& b) {
    return a.table == b.table && a.to == b.to && a.from == b.from && a.metric == b.metric;
}

// Destination first, then source, as the kernel's tree of trees.
bool is_better(const RouteRecord& a, const RouteRecord& b) {
    if (a.to.length() != b.to.length()) return a.to.length() > b.to.length();
    if (a.from.length() != b.from.length()) return a.from.length() > b.from.length();
    return a.metric < b.metric;
}

}  // namespace

Ack FakeNetlink::new_route(const Message& request) {
    auto route = decode_route(request.payload);
    if (!route) return refusal(EINVAL);
    if (route->from.length() != 0 && !has_subtrees) {
        return refusal(EINVAL, "Specifying source address requires IPV6_SUBTREES to be enabled");
    }
    if (route->wraps && !route->segment) return refusal(EINVAL);
    if (route->wraps && !has_seg6) {
        return refusal(EOPNOTSUPP, "lwt encapsulation type not supported");
    }
    if (forgets_sources) route->from = {};
    if (route->type == RTN_THROW) {
        route->interface = kLoopback;
    } else {
        const LinkRecord* link = find_link(route->interface);
        if (link == nullptr) return refusal(ENODEV);
        if (!link->up) return refusal(ENETDOWN, "Nexthop device is not up");
    }
    if (route->metric == 0) route->metric = kDefaultMetric;
    const auto at = std::ranges::find_if(
        routes_, [&](const RouteRecord& there) { return same_place(there, *route); });
    if (at == routes_.end()) {
        routes_.push_back(*route);
    } else if ((request.flags & NLM_F_REPLACE) != 0) {
        *at = *route;
    } else {
        return refusal(EEXIST);
    }
    return kDone;
}

Ack FakeNetlink::delete_route(const Message& request) {
    auto route = decode_route(request.payload);
    if (!route) return refusal(EINVAL);
    if (route->metric == 0) route->metric = kDefaultMetric;
    const auto gone = std::erase_if(routes_, [&](const RouteRecord& there) {
        const bool any = route->interface == 0;
        return same_place(there, *route) && (any || there.interface == route->interface) &&
               there.protocol == route->protocol;
    });
    return gone == 0 ? refusal(ESRCH) : kDone;
}

Ack FakeNetlink::get_route(const Message& request) {
    const auto wish = decode_route(request.payload);
    if (!wish) return refusal(EINVAL);
    for (const RuleRecord& rule : rules_) {
        if (!rule.from.contains(wish->from) || !rule.to.contains(wish->to)) continue;
        const RouteRecord* best = nullptr;
        for (const RouteRecord& route : routes_) {
            const bool fits = route.table == rule.table && route.to.contains(wish->to) &&
                              route.from.contains(wish->from);
            if (fits && (best == nullptr || is_better(route, *best))) best = &route;
        }
        if (best == nullptr || best->type == RTN_THROW) continue;
        MessageBuilder out(*queue(), RTM_NEWROUTE, 0, request.sequence);
        put_route(out, *best);
        (void)out.finish();
        return kDone;
    }
    return refusal(ENETUNREACH);
}

}  // namespace dmm::kernel
