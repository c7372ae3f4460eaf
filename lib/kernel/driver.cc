#include "lib/kernel/driver.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "lib/kernel/features.h"
#include "lib/kernel/leftovers.h"
#include "lib/kernel/realize.h"

namespace dmm::kernel {
namespace {

// Longer than a handover takes, so that no removal competes with one. What goes to the old
// place meanwhile is lost there; the default route would send it in circles.
constexpr Duration kClearDelay = std::chrono::milliseconds(100);

// A node that is only just out of range tends to come back; deletions are cheaper together.
constexpr Duration kSweepDelay = std::chrono::seconds(1);
constexpr Duration kLongestSweepDelay = std::chrono::seconds(5);

bool is_tunnel(const Link& link) {
    return std::holds_alternative<Ip6Tunnel>(link.kind);
}

}  // namespace

Driver::Driver(DriverSettings settings, Transport& transport)
    : settings_(std::move(settings)), actual_(transport) {}

std::expected<void, KernelError> Driver::start(Inheritance inheritance) {
    Channel& channel = actual_.channel();
    const auto uplinks = choose_uplinks(channel, settings_);
    if (!uplinks) return std::unexpected(uplinks.error());
    settings_.uplinks = *uplinks;
    const auto leftovers = find_leftovers(channel, settings_, inheritance);
    if (!leftovers) return std::unexpected(leftovers.error());
    actual_.use_indices_from(leftovers->highest_index + 1);
    for (auto& refused : channel.perform(leftovers->removals, leftovers->indices)) {
        if (refused && !is_gone(refused->code)) return std::unexpected(*std::move(refused));
    }
    auto able = probe_tunnels(channel, settings_, actual_.take_index());
    if (!able) return able;
    const Rule rule = uplink_rule(settings_);
    const bool there = leftovers->kept.contains(identity_of(rule));
    actual_.adopt(leftovers->kept, leftovers->indices);
    if (!leftovers->kept.empty()) clear_at_ = SteadyTime{};
    if (settings_.uplinks != Uplinks::Rules) {
        desired_.keep(rule);
        auto refused = there ? std::nullopt : actual_.add(rule);
        if (refused) return std::unexpected(*std::move(refused));
    }
    // What cannot be made yet, since an access interface is missing, watch() sees to.
    (void)make_standing();
    return {};
}

Actual::Failures Driver::make_standing() {
    std::set<Identity> identities;
    for (const auto& [identity, object] : standing(settings_)) {
        desired_.keep(object);
        identities.insert(identities.end(), identity);
    }
    if (identities.empty()) return {};
    return actual_.follow(desired_.state(), identities);
}

void Driver::stand(std::vector<DriverSettings::Router> routers, SteadyTime now) {
    settings_.standing = std::move(routers);
    for (const auto& [identity, error] : make_standing())
        repairs_.add(identity, now);
    count();
}

void Driver::want(const MnId& mn, Revision revision, const SessionForwarding& forwarding) {
    KernelState wish = realize(forwarding, settings_);
    shared_tables_.erase(mn);
    if (auto error = shared_table(forwarding, settings_)) {
        shared_tables_.emplace(mn, *std::move(error));
        wish = realize({.dlifs = forwarding.dlifs, .down = forwarding.down, .up = {}}, settings_);
    }
    // The next node between the same MAARs shall not wait for a tunnel to be made; there are
    // no more of them than peers.
    for (const auto& [identity, object] : wish) {
        const auto* link = std::get_if<Link>(&object);
        if (link != nullptr && is_tunnel(*link)) desired_.keep(object);
    }
    // Most of what nodes share stands already and stays: no handover has to look for it again.
    std::erase_if(wish, [this](const auto& wished) {
        return desired_.keeps(wished.second) && actual_.holds(wished.second);
    });
    for (Identity& identity : desired_.set(mn, std::move(wish))) {
        touched_[std::move(identity)].insert(mn);
    }
    pending_.insert_or_assign(mn, revision);
}

std::vector<Outcome> Driver::flush(SteadyTime now) {
    const auto pending = std::exchange(pending_, {});
    const Touched touched = std::exchange(touched_, {});
    std::set<Identity> identities;
    for (const auto& [identity, nodes] : touched)
        identities.insert(identities.end(), identity);
    const Actual::Failures failures = actual_.follow(desired_.state(), identities);
    arm_clearing(now);
    arm_sweep(now);
    count();
    return outcomes(pending, touched, failures);
}

std::vector<Outcome> Driver::outcomes(const std::map<MnId, Revision>& pending,
                                      const Touched& touched,
                                      const Actual::Failures& failures) const {
    std::map<MnId, KernelError> errors;
    for (const auto& [identity, error] : failures) {
        const auto at = touched.find(identity);
        if (at == touched.end()) continue;
        for (const MnId& mn : at->second)
            errors.try_emplace(mn, error);
    }
    std::vector<Outcome> out;
    for (const auto& [mn, revision] : pending) {
        const auto shared = shared_tables_.find(mn);
        if (shared != shared_tables_.end()) errors.try_emplace(mn, shared->second);
        if (const auto contest = desired_.contest(mn)) {
            errors.try_emplace(
                mn,
                KernelError{.operation = to_text(contest->object),
                            .code = EEXIST,
                            .text = "already in another form for " + to_text(contest->holder)});
        }
        const auto error = errors.find(mn);
        out.push_back({.mn = mn, .revision = revision, .error = {}});
        if (error != errors.end()) out.back().error = error->second;
    }
    return out;
}

void Driver::arm_clearing(SteadyTime now) {
    if (!clear_at_ && actual_.has_stale()) clear_at_ = now + kClearDelay;
}

void Driver::arm_sweep(SteadyTime now) {
    if (!actual_.take_unfinished()) return;
    if (!first_condemned_) first_condemned_ = now;
    last_condemned_ = now;
}

std::optional<SteadyTime> Driver::sweep_at() const {
    if (!first_condemned_) return std::nullopt;
    return std::min(last_condemned_ + kSweepDelay, *first_condemned_ + kLongestSweepDelay);
}

std::optional<SteadyTime> Driver::next_deadline() const {
    std::optional<SteadyTime> earliest = clear_at_;
    for (const auto& other : {sweep_at(), repairs_.next_deadline(), look_at_}) {
        if (other && (!earliest || *other < *earliest)) earliest = other;
    }
    return earliest;
}

// Errors concern no node any more; they are counted, and kept as last_error().
void Driver::on_deadline(SteadyTime now) {
    if (look_at_ && *look_at_ <= now) look_at_everything(now);
    repair(now);
    const auto sweep = sweep_at();
    const bool sweeps = sweep && *sweep <= now;
    if (sweeps || (clear_at_ && *clear_at_ <= now)) {
        clear_at_.reset();
        (void)actual_.clear(desired_.state());
    }
    if (sweeps) {
        first_condemned_.reset();
        (void)actual_.sweep();
    }
    arm_sweep(now);
    count();
}

std::vector<KernelError> Driver::stop() {
    Actual::Failures failures = actual_.remove_all();
    desired_ = {};
    pending_.clear();
    touched_.clear();
    shared_tables_.clear();
    clear_at_.reset();
    first_condemned_.reset();
    repairs_.clear();
    look_at_.reset();
    count();
    std::vector<KernelError> errors;
    for (auto& [identity, error] : failures)
        errors.push_back(std::move(error));
    return errors;
}

std::optional<std::uint32_t> Driver::index_of(const Dlif& dlif) const {
    const Link* link = actual_.link(dlif_name(dlif.over.name, dlif.identity.mac));
    if (link == nullptr || link->group != kLiveGroup || !link->up) return std::nullopt;
    const auto* macvlan = std::get_if<Macvlan>(&link->kind);
    const bool same =
        macvlan != nullptr && macvlan->lower == dlif.over.name && macvlan->mac == dlif.identity.mac;
    return same ? actual_.index_of(link->name) : std::nullopt;
}

void Driver::count() {
    counters_ = {.batches = actual_.batches(),
                 .operations = actual_.operations(),
                 .failures = actual_.failures(),
                 .restored = counters_.restored,
                 .missing = repairs_.waiting()};
}

const KernelState& Driver::desired() const {
    return desired_.state();
}

const DriverCounters& Driver::counters() const {
    return counters_;
}

const std::optional<KernelError>& Driver::last_error() const {
    return actual_.last_error();
}

}  // namespace dmm::kernel
