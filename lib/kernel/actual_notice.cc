// How Actual takes what others have done: from notifications one by one, and from a look at
// everything. An interface is known by its index: one that was made anew has another, so that
// news of the old one, which come late, do no harm.
#include <map>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/actual.h"
#include "lib/kernel/leftovers.h"

namespace dmm::kernel {

struct Actual::Noticing {
    Actual& actual;
    const DriverSettings& settings;
    Notification::What what = Notification::What::Gone;
    std::map<std::uint32_t, std::string> names = {};  // those that we know
    Disturbance out = {};

    [[nodiscard]] bool is_gone() const { return what == Notification::What::Gone; }

    void gone(const Identity& identity) {
        if (actual.state_.erase(identity) != 0) out.identities.insert(identity);
    }

    void lose(const std::string& name) {
        actual.lose(name);
        out.identities.insert(LinkIdentity{.name = name});
    }

    void operator()(const LinkRecord& record) {
        const auto known = names.find(record.index);
        const Link* ours = known == names.end() ? nullptr : actual.link(known->second);
        if (ours == nullptr) {
            other(record);
        } else if (is_gone()) {
            const bool expected = ours->group == kCondemnedGroup;
            const std::string name = ours->name;
            lose(name);
            if (expected) out.identities.erase(LinkIdentity{.name = name});
        } else if (ours->group == kLiveGroup && ours->up && !record.up) {
            // It may have been ours to set it down, before it was needed again.
            const auto now = actual.channel_.link(ours->name);
            if (!now || !now->up) lose(std::string(ours->name));
        }
    }

    // An interface that ours may lie over: is it still the one that they were made over?
    void other(const LinkRecord& record) {
        if (!is_gone()) out.interfaces = true;
        const std::vector<std::string> over = links_over(record.name);
        if (over.empty()) return;
        const auto now = actual.channel_.index_of(record.name);
        if (now && actual.index_of(record.name) == *now) return;
        for (const std::string& name : over)
            lose(name);
        actual.indices_.erase(record.name);
    }

    [[nodiscard]] std::vector<std::string> links_over(const std::string& lower) const {
        std::vector<std::string> over;
        for (const auto& [identity, object] : actual.state_) {
            const auto* link = std::get_if<Link>(&object);
            if (link == nullptr) break;  // links come first
            if (lower_of(*link) == lower) over.push_back(link->name);
        }
        return over;
    }

    void operator()(const AddressRecord& record) {
        const auto link = names.find(record.interface);
        if (!is_gone() || link == names.end()) return;
        gone(Address{.link = link->second, .address = record.address});
    }

    void operator()(const NeighbourRecord& record) {
        const auto link = names.find(record.interface);
        if (!is_gone() || link == names.end()) return;
        // The kernel does not say that it was we who removed it, before it was needed again.
        const NeighbourIdentity identity{.link = link->second, .ip = record.ip};
        const auto at = actual.state_.find(identity);
        if (at == actual.state_.end()) return;
        const auto now = actual.channel_.neighbour(record.interface, record.ip);
        const bool same = now && (now->state & NUD_PERMANENT) != 0 &&
                          now->mac == std::get<Neighbour>(at->second).mac;
        if (!same) gone(identity);
    }

    void operator()(const RouteRecord& record) {
        if (!is_gone()) {
            const std::string foreign = foreign_route({record}, settings);
            if (foreign.empty()) return;
            out.intrusions.push_back(foreign);
            out.unclear = true;  // has it taken the place of one of ours?
            return;
        }
        if (record.protocol != kRouteProtocol) return;
        const RouteIdentity identity{.table = record.table, .to = record.to, .from = record.from};
        const auto at = actual.state_.find(identity);
        if (at == actual.state_.end()) return;
        const std::string& dev = std::get<Route>(at->second).dev;
        const auto link = names.find(record.interface);
        const bool same =
            dev.empty() ? record.type == RTN_THROW : link != names.end() && link->second == dev;
        if (same) gone(identity);
    }

    void operator()(const RuleRecord& record) {
        if (is_gone()) {
            if (record.protocol != kRouteProtocol) return;
            gone(identity_of(rule_of(record)));
            return;
        }
        const std::string foreign = foreign_rule({record}, settings);
        if (!foreign.empty()) out.intrusions.push_back(foreign);
    }
};

Actual::Disturbance Actual::notice(const std::vector<Notification>& notifications,
                                   const DriverSettings& settings) {
    if (notifications.empty()) return {};
    Noticing noticing{.actual = *this, .settings = settings};
    for (const auto& [name, index] : indices_)
        noticing.names.emplace(index, name);
    for (const Notification& notification : notifications) {
        noticing.what = notification.what;
        std::visit(noticing, notification.record);
    }
    return std::move(noticing.out);
}

Actual::Disturbance Actual::compare(const Observation& observed) {
    Disturbance out;
    std::set<std::string> gone;
    for (const auto& [identity, object] : state_) {
        const auto* link = std::get_if<Link>(&object);
        if (link == nullptr) break;  // links come first
        if (link->group == kCondemnedGroup) continue;
        const auto there = observed.state.find(identity);
        const auto index = observed.indices.find(link->name);
        const bool same = there != observed.state.end() && index != observed.indices.end() &&
                          index_of(link->name) == index->second &&
                          same_make(*link, std::get<Link>(there->second));
        if (!same) gone.insert(link->name);
    }
    for (const std::string& name : gone) {
        lose(name);
        out.identities.insert(LinkIdentity{.name = name});
    }
    std::set<Identity> differing;
    for (const auto& [identity, object] : state_) {
        if (std::holds_alternative<Link>(object)) continue;
        const Link* below = link(link_name_of(object));
        if (below != nullptr && below->group == kCondemnedGroup) continue;
        const auto there = observed.state.find(identity);
        if (there == observed.state.end() || there->second != object) differing.insert(identity);
    }
    for (const Identity& identity : differing) {
        const auto there = observed.state.find(identity);
        state_.erase(identity);
        if (there != observed.state.end()) state_.emplace(identity, there->second);
    }
    out.identities.merge(differing);
    for (const auto& [identity, object] : observed.state) {
        const std::string& on = link_name_of(object);
        // What lies on a link that is to be made anew goes with it.
        if (state_.contains(identity) || gone.contains(on)) continue;
        state_.emplace(identity, object);
        stale_.insert(identity);
        out.identities.insert(identity);
        if (std::holds_alternative<Link>(object)) indices_[on] = observed.indices.at(on);
    }
    return out;
}

bool Actual::holds(const Object& object) const {
    const auto at = state_.find(identity_of(object));
    return at != state_.end() && at->second == object;
}

}  // namespace dmm::kernel
