#include "lib/kernel/leftovers.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string>

#include <linux/rtnetlink.h>

#include "lib/kernel/adoption.h"
#include "lib/kernel/realize.h"

namespace dmm::kernel {
namespace {

bool has_our_name(const LinkRecord& link) {
    return link.name.starts_with(kDlifNamePrefix) || link.name.starts_with(kTunnelNamePrefix);
}

std::string rule_text(const RuleRecord& rule) {
    return "priority " + std::to_string(rule.priority) + " is that of a rule of protocol " +
           std::to_string(rule.protocol) + " into table " + std::to_string(rule.table) +
           ", which is not ours";
}

std::string route_text(const RouteRecord& route) {
    std::string text =
        "table " + std::to_string(route.table) + " holds a route to " + to_text(route.to);
    if (route.from.length() != 0) text += " from " + to_text(route.from);
    return text + " of protocol " + std::to_string(route.protocol) + ", which is not ours";
}

class Search {
public:
    Search(Channel& channel, const DriverSettings& settings, Inheritance inheritance)
        : channel_(channel), settings_(settings), inheritance_(inheritance) {}

    std::expected<Leftovers, KernelError> run() && {
        const auto links = channel_.links();
        if (!links) return std::unexpected(links.error());
        for (const LinkRecord& link : *links) {
            found_.indices[link.name] = link.index;
            names_[link.index] = link.name;
            found_.highest_index = std::max(found_.highest_index, link.index);
        }
        if (inheritance_ == Inheritance::Take) {
            adoption_.emplace(settings_, *links);
            if (auto done = take_links(*adoption_, channel_, *links); !done) {
                return std::unexpected(done.error());
            }
        }
        if (auto done = find_rules(); !done) return std::unexpected(done.error());
        if (auto done = find_routes(); !done) return std::unexpected(done.error());
        find_links(*links);
        if (adoption_) found_.kept = adoption_->state();
        return std::move(found_);
    }

private:
    [[nodiscard]] KernelError in_use(std::string text) const {
        return {.operation = to_text(Object(uplink_rule(settings_))),
                .code = EEXIST,
                .text = std::move(text)};
    }

    std::expected<void, KernelError> find_rules() {
        const auto rules = channel_.rules();
        if (!rules) return std::unexpected(rules.error());
        for (const RuleRecord& rule : *rules) {
            if (rule.protocol != kRouteProtocol) continue;
            tables_.insert(rule.table);
            if (adoption_ && adoption_->take(rule)) continue;
            rules_.push_back(rule_of(rule));
        }
        const std::string foreign = foreign_rule(*rules, settings_);
        if (!foreign.empty()) return std::unexpected(in_use(foreign));
        return {};
    }

    // Of ours: in the main table, in our table, and in that of an earlier configuration.
    std::expected<void, KernelError> find_routes() {
        if (auto free = check_table(); !free) return free;
        const auto ours = channel_.routes(0, kRouteProtocol);
        if (!ours) return std::unexpected(ours.error());
        for (const RouteRecord& route : *ours) {
            const auto dev = names_.find(route.interface);
            if (route.protocol != kRouteProtocol || dev == names_.end()) continue;
            if (!tables_.contains(route.table) && !is_tunnel_table(route.table)) continue;
            if (adoption_ && adoption_->take(route)) continue;
            // The kernel shows the loopback interface for these.
            const bool thrown = route.type == RTN_THROW;
            found_.removals.emplace_back(Remove{Route{.table = route.table,
                                                      .to = route.to,
                                                      .from = route.from,
                                                      .via = route.via,
                                                      .dev = thrown ? "" : dev->second,
                                                      .segment = route.segment}});
        }
        for (const Rule& rule : rules_)
            found_.removals.emplace_back(Remove{rule});
        return {};
    }

    // Rules lead into other tables.
    std::expected<void, KernelError> check_table() {
        if (settings_.uplinks == Uplinks::Rules) return {};
        const auto present = channel_.routes(settings_.table, 0);
        if (!present) return std::unexpected(present.error());
        const std::string foreign = foreign_route(*present, settings_);
        if (!foreign.empty()) return std::unexpected(in_use(foreign));
        return {};
    }

    void find_links(const std::vector<LinkRecord>& links) {
        bool any = false;
        for (const LinkRecord& link : links) {
            if (!is_ours(link)) continue;
            if (adoption_ && adoption_->state().contains(LinkIdentity{.name = link.name})) continue;
            any = true;
            if (link.group == kCondemnedGroup) continue;
            Link condemned{.name = link.name, .kind = Ip6Tunnel{}};
            if (link.kind == "macvlan") condemned.kind = Macvlan{};
            found_.removals.emplace_back(CondemnLink{condemned});
        }
        if (any) found_.removals.emplace_back(SweepGroup{});
    }

    Channel& channel_;
    const DriverSettings& settings_;
    Inheritance inheritance_;
    std::optional<Adoption> adoption_;
    Leftovers found_;
    std::map<std::uint32_t, std::string> names_;
    std::set<std::uint32_t> tables_{kMainTable, settings_.table};
    std::vector<Rule> rules_;
};

}  // namespace

bool is_gone(int code) {
    return code == ENOENT || code == ESRCH || code == ENODEV || code == EADDRNOTAVAIL;
}

std::string foreign_rule(const std::vector<RuleRecord>& rules, const DriverSettings& settings) {
    const auto foreign = std::ranges::find_if(rules, [&](const RuleRecord& rule) {
        const std::uint32_t last =
            settings.rule_priority + (settings.uplinks == Uplinks::Rules ? kMostRules : 0);
        return rule.protocol != kRouteProtocol && rule.priority >= settings.rule_priority &&
               rule.priority <= last;
    });
    return foreign == rules.end() ? "" : rule_text(*foreign);
}

std::string foreign_route(const std::vector<RouteRecord>& routes, const DriverSettings& settings) {
    const auto foreign = std::ranges::find_if(routes, [&](const RouteRecord& route) {
        return route.protocol != kRouteProtocol && route.table == settings.table;
    });
    return foreign == routes.end() ? "" : route_text(*foreign);
}

std::string foreign_link(const std::vector<LinkRecord>& links) {
    const auto foreign = std::ranges::find_if(
        links, [](const LinkRecord& link) { return has_our_name(link) && !is_ours(link); });
    if (foreign == links.end()) return "";
    return "interface " + foreign->name + " has a name as ours, and is not ours";
}

std::expected<Leftovers, KernelError> find_leftovers(Channel& channel,
                                                     const DriverSettings& settings,
                                                     Inheritance inheritance) {
    return Search(channel, settings, inheritance).run();
}

}  // namespace dmm::kernel
