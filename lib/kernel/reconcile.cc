#include "lib/kernel/reconcile.h"

#include <iterator>
#include <ranges>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

namespace dmm::kernel {
namespace {

const Object* find(const KernelState& state, const Identity& identity) {
    const auto at = state.find(identity);
    return at == state.end() ? nullptr : &at->second;
}

class Reconciliation {
public:
    Reconciliation(const KernelState& desired, const KernelState& actual)
        : desired_(desired), actual_(actual) {}

    Plan run() && {
        for (const auto& [identity, object] : desired_) {
            if (const auto* link = std::get_if<Link>(&object)) {
                make_link(*link, find(actual_, identity));
            } else {
                make(object, find(actual_, identity));
            }
        }
        for (const auto& [identity, object] : std::views::reverse(actual_)) {
            if (!desired_.contains(identity)) unmake(object);
        }
        return std::move(plan_);
    }

private:
    void make_link(const Link& link, const Object* present) {
        const Link* is = present == nullptr ? nullptr : &std::get<Link>(*present);
        if (is != nullptr && !same_make(*is, link)) {
            plan_.links.emplace_back(Remove{*is});
            lost_.insert(is->name);
            is = nullptr;
        }
        if (is == nullptr) {
            // Born condemned: whatever happens before it is settled, a sweep will find it.
            Link born = link;
            born.group = kCondemnedGroup;
            born.up = false;
            plan_.links.emplace_back(Add{born});
        }
        if (is == nullptr || is->group != link.group) {
            plan_.rest.emplace_back(SettleLink{link});
            unready_.insert(link.name);
        }
        if (is == nullptr || !is->up) {
            plan_.rest.emplace_back(RaiseLink{link});
            unready_.insert(link.name);
        }
    }

    void make(const Object& object, const Object* present) {
        const bool waits = unready_.contains(link_name_of(object));
        std::vector<Operation>& operations = waits ? plan_.rest : plan_.at_once;
        // What waits finds nothing of what a lost link took along; what does not is before that.
        const bool gone = waits && present != nullptr && lost_.contains(link_name_of(*present));
        if (present == nullptr || gone) {
            operations.emplace_back(Add{object});
        } else if (*present != object && std::holds_alternative<Rule>(object)) {
            // The kernel replaces no rule. Of two for the same packets the older one counts, so it
            // goes first.
            operations.emplace_back(Remove{*present});
            operations.emplace_back(Add{object});
        } else if (*present != object) {
            operations.emplace_back(Replace{object});
        }
    }

    void unmake(const Object& object) {
        if (const auto* link = std::get_if<Link>(&object)) {
            if (link->group != kCondemnedGroup) plan_.removals.emplace_back(CondemnLink{*link});
            return;
        }
        const std::string& on = link_name_of(object);
        if (lost_.contains(on)) return;
        // Routes are removed in any case: they must not forward into a condemned link.
        if (!std::holds_alternative<Route>(object) && is_condemned(on)) return;
        plan_.removals.emplace_back(Remove{object});
    }

    [[nodiscard]] bool is_condemned(const std::string& name) const {
        const Identity link = LinkIdentity{.name = name};
        return actual_.contains(link) && !desired_.contains(link);
    }

    const KernelState& desired_;
    const KernelState& actual_;
    std::set<std::string> lost_;     // links that are deleted on the way, with all on them
    std::set<std::string> unready_;  // links that are made or taken into use
    Plan plan_;
};

Link* find_link(KernelState& state, const std::string& name) {
    const auto at = state.find(LinkIdentity{.name = name});
    return at == state.end() ? nullptr : &std::get<Link>(at->second);
}

// Appends the identities of one kind whose first member is the link's name.
template <typename T>
void collect(const KernelState& state, const std::string& name, std::vector<Identity>& out) {
    T least{};
    least.link = name;
    for (auto at = state.lower_bound(least); at != state.end(); ++at) {
        const auto* identity = std::get_if<T>(&at->first);
        if (identity == nullptr || identity->link != name) return;
        out.push_back(at->first);
    }
}

struct Application {
    KernelState& state;

    void operator()(const Add& add) const { put(state, add.object); }

    void operator()(const Replace& replace) const { put(state, replace.object); }

    void operator()(const Remove& remove) const {
        if (const auto* link = std::get_if<Link>(&remove.object)) {
            erase_link(state, link->name);
        } else {
            state.erase(identity_of(remove.object));
        }
    }

    void operator()(const SettleLink& settle) const {
        if (Link* link = find_link(state, settle.link.name)) link->group = kLiveGroup;
    }

    void operator()(const RaiseLink& raise) const {
        if (Link* link = find_link(state, raise.link.name)) link->up = true;
    }

    void operator()(const CondemnLink& condemn) const {
        if (Link* link = find_link(state, condemn.link.name)) link->group = kCondemnedGroup;
    }

    void operator()(const SweepGroup& sweep) const {
        std::set<std::string> names;
        for (const auto& [identity, object] : state) {
            const auto* link = std::get_if<Link>(&object);
            if (link == nullptr) break;  // links come first
            if (link->group == sweep.group) names.insert(link->name);
        }
        for (const std::string& name : names) {
            for (const Identity& identity : lying_on(state, name))
                state.erase(identity);
            state.erase(LinkIdentity{.name = name});
        }
        for (auto at = state.lower_bound(RouteIdentity{}); at != state.end();) {
            at = names.contains(link_name_of(at->second)) ? state.erase(at) : std::next(at);
        }
    }
};

}  // namespace

Plan reconcile(const KernelState& desired, const KernelState& actual) {
    return Reconciliation(desired, actual).run();
}

void carry_out(KernelState& state, const Operation& operation) {
    std::visit(Application{state}, operation);
}

bool same_make(const Link& a, const Link& b) {
    return a.kind == b.kind && a.mtu == b.mtu;
}

void erase_link(KernelState& state, const std::string& name) {
    for (const Identity& identity : lying_on(state, name))
        state.erase(identity);
    for (const Identity& identity : leading_to(state, name))
        state.erase(identity);
    state.erase(LinkIdentity{.name = name});
}

std::vector<Identity> lying_on(const KernelState& state, const std::string& name) {
    std::vector<Identity> out;
    collect<Address>(state, name, out);
    collect<NeighbourIdentity>(state, name, out);
    return out;
}

std::vector<Identity> leading_to(const KernelState& state, const std::string& name) {
    std::vector<Identity> out;
    for (auto at = state.lower_bound(RouteIdentity{}); at != state.end(); ++at) {
        if (link_name_of(at->second) == name) out.push_back(at->first);
    }
    return out;
}

}  // namespace dmm::kernel
