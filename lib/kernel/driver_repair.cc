// The part of the driver that sees to what others do to our objects.
#include <algorithm>
#include <chrono>

#include "lib/kernel/driver.h"

namespace dmm::kernel {
namespace {

// Between two looks at everything: the longer they take, the more seldom they are.
constexpr Duration kLookInterval = std::chrono::seconds(60);
constexpr Duration kLookIntervalPerObject = std::chrono::milliseconds(5);
// After news were lost.
constexpr Duration kSoonestLook = std::chrono::seconds(1);
constexpr Duration kSoonestLookPerObject = std::chrono::microseconds(200);

constexpr std::size_t kMostIntrusions = 64;

Duration multiple(Duration each, std::size_t count) {
    return each * static_cast<Duration::rep>(count);
}

}  // namespace

void Driver::watch(SteadyTime now) {
    looked_at_ = now;
    look_at_ = now + kLookInterval;
    for (const auto& [identity, object] : desired_.state()) {
        if (!actual_.holds(object)) repairs_.add(identity, now);
    }
}

void Driver::notice(const Heard& heard, SteadyTime now) {
    const Actual::Disturbance disturbance = actual_.notice(heard.notifications, settings_);
    take(disturbance, now);
    if ((heard.overrun || disturbance.unclear) && look_at_) {
        const SteadyTime soonest =
            looked_at_ + kSoonestLook + multiple(kSoonestLookPerObject, desired_.state().size());
        look_at_ = std::min(*look_at_, std::max(now, soonest));
    }
}

void Driver::take(const Actual::Disturbance& disturbance, SteadyTime now) {
    for (const Identity& identity : disturbance.identities) {
        if (desired_.state().contains(identity)) repairs_.add(identity, now);
    }
    if (disturbance.interfaces) repairs_.hasten(now);
    for (const std::string& intrusion : disturbance.intrusions) {
        if (told_intrusions_.size() == kMostIntrusions) return;
        if (!told_intrusions_.insert(intrusion).second) continue;
        reports_.push_back({.kind = Repair::Kind::Intrusion, .object = intrusion, .error = {}});
    }
    arm_clearing(now);
}

void Driver::look_at_everything(SteadyTime now) {
    looked_at_ = now;
    look_at_ = now + kLookInterval + multiple(kLookIntervalPerObject, desired_.state().size());
    const auto observed = observe(actual_.channel(), settings_);
    // An interrupted dump was asked for several times: the host is busy, and we come again.
    if (observed) take(actual_.compare(*observed), now);
}

void Driver::repair(SteadyTime now) {
    std::set<Identity> broken;
    for (const Identity& identity : repairs_.take_due(now)) {
        const auto wished = desired_.state().find(identity);
        const bool fine = wished == desired_.state().end() || actual_.holds(wished->second);
        if (fine) {
            repairs_.forget(identity);
        } else {
            broken.insert(broken.end(), identity);
        }
    }
    if (broken.empty()) return;
    const Actual::Failures failures = actual_.follow(desired_.state(), broken);
    Repair restored{.kind = Repair::Kind::Restored, .object = {}, .error = {}};
    Repair failed{.kind = Repair::Kind::Failed, .object = {}, .error = {}};
    bool first_failure = false;
    for (const Identity& identity : broken) {
        const Object& object = desired_.state().at(identity);
        const bool stands = actual_.holds(object);
        const unsigned times =
            stands ? repairs_.mended(identity, now) : repairs_.failed(identity, now);
        Repair& report = stands ? restored : failed;
        first_failure = first_failure || (!stands && times == 1);
        if (stands) ++counters_.restored;
        if (!report.object.empty()) {
            ++report.others;
            continue;
        }
        report.object = to_text(object);
        report.times = times;
    }
    if (!restored.object.empty()) reports_.push_back(std::move(restored));
    if (first_failure) {
        if (!failures.empty()) failed.error = failures.front().second;
        reports_.push_back(std::move(failed));
    }
    arm_clearing(now);
}

}  // namespace dmm::kernel
