#include "lib/kernel/actual.h"

#include <algorithm>
#include <cerrno>

#include "lib/kernel/leftovers.h"

namespace dmm::kernel {
namespace {

constexpr std::uint32_t kLastIndex = 2'000'000'000;

const Object* find(const KernelState& state, const Identity& identity) {
    const auto at = state.find(identity);
    return at == state.end() ? nullptr : &at->second;
}

const Link* find_link(const KernelState& state, const std::string& name) {
    const Object* object = find(state, LinkIdentity{.name = name});
    return object == nullptr ? nullptr : &std::get<Link>(*object);
}

void copy(const KernelState& from, const Identity& identity, KernelState& to) {
    if (const Object* object = find(from, identity)) to.insert_or_assign(identity, *object);
}

// The link that the operation is about or needs; "" for none.
std::string link_name_of(const Operation& operation) {
    const auto object = object_of(operation);
    return object ? link_name_of(*object) : std::string();
}

const Link* link_to_make(const Operation& operation) {
    const auto* add = std::get_if<Add>(&operation);
    return add == nullptr ? nullptr : std::get_if<Link>(&add->object);
}

}  // namespace

Actual::Failures Actual::follow(const KernelState& desired, const std::set<Identity>& touched) {
    const Cut cut = cut_out(desired, touched);
    doubtful_.clear();
    Failures failures;
    (void)make(cut, failures);
    for (const auto& [identity, object] : cut.actual) {
        if (!cut.desired.contains(identity)) stale_.insert(identity);
    }
    return failures;
}

Actual::Failures Actual::clear(const KernelState& desired) {
    const Cut cut = cut_out(desired, std::exchange(stale_, {}));
    doubtful_.clear();
    Failures failures;
    run(make(cut, failures), failures);
    return failures;
}

std::vector<Operation> Actual::make(const Cut& cut, Failures& failures) {
    Plan plan = reconcile(cut.desired, cut.actual);
    // What lies on a link that could not be made, now or earlier, is not even tried.
    const auto lacks_link = [this](const Operation& operation) {
        const std::string name = link_name_of(operation);
        return !name.empty() && link(name) == nullptr;
    };
    resolve(plan.at_once);
    resolve(plan.rest);
    std::erase_if(plan.at_once, lacks_link);
    make_links(plan.links, plan.at_once, failures);
    std::erase_if(plan.rest, lacks_link);
    plan.at_once.insert(plan.at_once.end(), plan.rest.begin(), plan.rest.end());
    run(plan.at_once, failures);
    return std::move(plan.removals);
}

Actual::Cut Actual::cut_out(const KernelState& desired, const std::set<Identity>& touched) const {
    Cut cut;
    for (const auto* identities : {&touched, &doubtful_}) {
        for (const Identity& identity : *identities) {
            copy(desired, identity, cut.desired);
            copy(state_, identity, cut.actual);
            const auto* name = std::get_if<LinkIdentity>(&identity);
            if (name != nullptr) cut_link(name->name, desired, cut);
        }
    }
    for (const Identity& identity : doubtful_)
        distrust(identity, cut);
    return cut;
}

// A link that comes back or is made anew concerns all that lies on it, whoever wished for it.
void Actual::cut_link(const std::string& name, const KernelState& desired, Cut& cut) const {
    const Link* wanted = find_link(desired, name);
    if (wanted == nullptr) return;
    const Link* present = link(name);
    const bool anew = present == nullptr ? lost_.contains(name) : !same_make(*present, *wanted);
    const bool revived = present != nullptr && (present->group == kCondemnedGroup ||
                                                doubtful_.contains(LinkIdentity{.name = name}));
    if (!anew && !revived) return;
    for (const KernelState* state : {&desired, &std::as_const(state_)}) {
        std::vector<Identity> concerned = lying_on(*state, name);
        if (anew) {
            const std::vector<Identity> routes = leading_to(*state, name);
            concerned.insert(concerned.end(), routes.begin(), routes.end());
        }
        for (const Identity& identity : concerned) {
            copy(desired, identity, cut.desired);
            copy(state_, identity, cut.actual);
        }
    }
}

// Takes what is in doubt for absent if it is wished for, a link for condemned, so that it is
// added or settled; for present if it is not, so that it is removed. All of that may be
// repeated without harm.
void Actual::distrust(const Identity& identity, Cut& cut) const {
    if (!cut.desired.contains(identity)) return;
    const auto* name = std::get_if<LinkIdentity>(&identity);
    if (name == nullptr) {
        cut.actual.erase(identity);
    } else if (const Link* present = link(name->name)) {
        carry_out(cut.actual, CondemnLink{*present});
    }
}

void Actual::make_links(const std::vector<Operation>& operations,
                        std::vector<Operation>& at_once,
                        Failures& failures) {
    if (operations.empty()) return;
    resolve(operations);
    // Removals first: they free the names, and their links' indices are still known.
    std::vector<Operation> makings;
    std::vector<Operation> removals = std::exchange(at_once, {});
    for (const Operation& operation : operations) {
        (link_to_make(operation) != nullptr ? makings : removals).push_back(operation);
    }
    const bool removes = std::ranges::any_of(operations, [](const Operation& operation) {
        return std::holds_alternative<Remove>(operation);
    });
    if (removes) run(std::exchange(removals, {}), failures);
    for (const Operation& making : makings)
        indices_[link_name_of(making)] = take_index();
    removals.insert(removals.end(), makings.begin(), makings.end());
    run(removals, failures);
}

// Interfaces of others come and go, so their indices are asked for when they are needed.
void Actual::resolve(const std::vector<Operation>& operations) {
    std::set<std::string> lowers;
    for (const Operation& operation : operations) {
        if (const Link* link = link_to_make(operation)) lowers.insert(lower_of(*link));
        const auto object = object_of(operation);
        const auto* route = object ? std::get_if<Route>(&*object) : nullptr;
        if (route != nullptr && route->segment) lowers.insert(route->dev);
    }
    lowers.erase("");
    for (const std::string& lower : lowers) {
        if (const auto index = channel_.index_of(lower)) {
            indices_[lower] = *index;
        } else {
            indices_.erase(lower);
        }
    }
}

void Actual::run(const std::vector<Operation>& operations, Failures& failures) {
    Channel::Results results = channel_.perform(operations, indices_);
    operations_ += operations.size();
    for (std::size_t i = 0; i < operations.size(); ++i) {
        conclude(operations[i], std::move(results[i]), failures);
    }
}

void Actual::conclude(const Operation& operation,
                      std::optional<KernelError> refused,
                      Failures& failures) {
    const bool taken = refused && (refused->code == EEXIST || refused->code == EBUSY);
    if (taken) refused = look(operation, *std::move(refused));
    if (!refused) {
        carried_out(operation);
        return;
    }
    const bool removes =
        std::holds_alternative<Remove>(operation) || std::holds_alternative<SweepGroup>(operation);
    if (removes && is_gone(refused->code)) {
        carried_out(operation);
        return;
    }
    if (refused->code == ENODEV && link_to_make(operation) == nullptr) {
        lose(operation);
        if (std::holds_alternative<CondemnLink>(operation)) return;
    }
    fail(operation, *std::move(refused), failures);
}

void Actual::carried_out(const Operation& operation) {
    carry_out(state_, operation);
    if (const Link* link = link_to_make(operation)) lost_.erase(link->name);
    if (std::holds_alternative<CondemnLink>(operation)) unfinished_ = true;
    if (const auto* remove = std::get_if<Remove>(&operation)) {
        if (const auto* link = std::get_if<Link>(&remove->object)) indices_.erase(link->name);
    }
}

void Actual::fail(const Operation& operation, KernelError error, Failures& failures) {
    doubt(operation, error);
    ++failures_;
    last_error_ = error;
    const auto object = object_of(operation);
    failures.emplace_back(object ? identity_of(*object) : Identity(LinkIdentity{}),
                          std::move(error));
}

void Actual::doubt(const Operation& operation, const KernelError& error) {
    if (const Link* link = link_to_make(operation)) {
        // It is in the group that it was born in, or not at all: a sweep will see to it.
        indices_.erase(link->name);
        unfinished_ = true;
        return;
    }
    if (error.code == ENODEV) return;
    const bool silent = error.code == ETIMEDOUT;
    const bool makes =
        std::holds_alternative<Add>(operation) || std::holds_alternative<SettleLink>(operation);
    const bool unsure = std::holds_alternative<Remove>(operation) ||
                        std::holds_alternative<CondemnLink>(operation) ||
                        (silent && (makes || std::holds_alternative<Replace>(operation)));
    // A condemned link that could not be settled stays so, and is swept.
    unfinished_ = unfinished_ || unsure || std::holds_alternative<SettleLink>(operation);
    if (!unsure) return;
    // What may have been made is removed, should nobody wish for it.
    if (makes) carry_out(state_, operation);
    doubtful_.insert(identity_of(*object_of(operation)));
}

// The kernel knows no such interface: somebody has deleted it, or the one below.
void Actual::lose(const Operation& operation) {
    lose(link_name_of(operation));
}

void Actual::lose(const std::string& link_name) {
    if (link(link_name) == nullptr) return;
    erase_link(state_, link_name);
    indices_.erase(link_name);
    lost_.insert(link_name);
}

Actual::Failures Actual::sweep() {
    std::vector<Operation> singly;
    for (const auto& [identity, object] : state_) {
        const auto* link = std::get_if<Link>(&object);
        if (link == nullptr) break;  // links come first
        if (link->group == kCondemnedGroup) singly.emplace_back(Remove{*link});
    }
    Failures failures;
    run({SweepGroup{}}, failures);
    if (failures.empty()) {
        for (const Operation& removed : singly)
            indices_.erase(link_name_of(removed));
        return failures;
    }
    // One link that cannot be deleted so keeps the kernel from deleting any of the group.
    failures.clear();
    run(singly, failures);
    return failures;
}

Actual::Failures Actual::remove_all() {
    Failures failures;
    run(reconcile({}, state_).removals, failures);
    const Failures unswept = sweep();
    failures.insert(failures.end(), unswept.begin(), unswept.end());
    // What could not even be condemned gets a last chance by itself.
    std::vector<Operation> singly;
    for (const auto& [identity, object] : state_) {
        if (std::holds_alternative<Link>(object)) singly.emplace_back(Remove{object});
    }
    run(singly, failures);
    stale_.clear();
    doubtful_.clear();
    lost_.clear();
    unfinished_ = false;
    return failures;
}

void Actual::adopt(KernelState state, const InterfaceIndices& indices) {
    state_ = std::move(state);
    for (const auto& [identity, object] : state_) {
        stale_.insert(identity);
        const auto* link = std::get_if<Link>(&object);
        if (link == nullptr) continue;
        for (const std::string& name : {link->name, lower_of(*link)}) {
            const auto at = indices.find(name);
            if (at != indices.end()) indices_.insert_or_assign(name, at->second);
        }
    }
}

std::optional<KernelError> Actual::add(const Object& object) {
    Failures failures;
    run({Add{object}}, failures);
    if (failures.empty()) return std::nullopt;
    return failures.front().second;
}

const Link* Actual::link(const std::string& name) const {
    return find_link(state_, name);
}

std::optional<std::uint32_t> Actual::index_of(const std::string& name) const {
    const auto at = indices_.find(name);
    if (at == indices_.end()) return std::nullopt;
    return at->second;
}

void Actual::use_indices_from(std::uint32_t first) {
    next_index_ = std::max(first, kFirstIndex);
}

std::uint32_t Actual::take_index() {
    if (next_index_ >= kLastIndex) next_index_ = kFirstIndex;
    return next_index_++;
}

}  // namespace dmm::kernel
