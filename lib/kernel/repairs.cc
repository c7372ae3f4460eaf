#include "lib/kernel/repairs.h"

#include <algorithm>
#include <chrono>

namespace dmm::kernel {
namespace {

// What is deleted comes in parts, a link with all that lies on it: they are repaired together.
constexpr Duration kGather = std::chrono::milliseconds(50);
constexpr Duration kFirstPause = std::chrono::seconds(1);
constexpr Duration kLongestPause = std::chrono::seconds(60);
// After so long in peace an object counts as never touched.
constexpr Duration kMemory = std::chrono::minutes(5);
constexpr std::size_t kMostAtOnce = 256;

// Between the last of `tries` and the next.
Duration pause_after(unsigned tries) {
    Duration pause = kFirstPause;
    for (unsigned i = 1; i < tries && pause < kLongestPause; ++i)
        pause *= 2;
    return std::min(pause, kLongestPause);
}

}  // namespace

void Repairs::schedule(Entry& entry, SteadyTime due) {
    if (!entry.due) ++waiting_;
    entry.due = due;
    if (!earliest_ || due < *earliest_) earliest_ = due;
}

void Repairs::add(const Identity& identity, SteadyTime now) {
    Entry& entry = entries_[identity];
    if (entry.due) return;
    const SteadyTime soon = now + kGather;
    schedule(entry,
             entry.tries == 0 ? soon : std::max(soon, entry.last + pause_after(entry.tries)));
}

void Repairs::hasten(SteadyTime now) {
    if (waiting_ == 0) return;
    for (auto& [identity, entry] : entries_) {
        if (entry.due) schedule(entry, std::min(*entry.due, now + kGather));
    }
}

std::set<Identity> Repairs::take_due(SteadyTime now) {
    std::set<Identity> out;
    if (!earliest_ || now < *earliest_) return out;
    prune(now);
    for (auto& [identity, entry] : entries_) {
        if (!entry.due || now < *entry.due) continue;
        if (out.size() == kMostAtOnce) break;
        out.insert(out.end(), identity);
        entry.due.reset();
        --waiting_;
    }
    look_for_earliest();
    return out;
}

unsigned Repairs::mended(const Identity& identity, SteadyTime now) {
    Entry& entry = entries_[identity];
    entry.last = now;
    entry.failures = 0;
    return ++entry.tries;
}

unsigned Repairs::failed(const Identity& identity, SteadyTime now) {
    Entry& entry = entries_[identity];
    entry.last = now;
    ++entry.tries;
    schedule(entry, now + pause_after(entry.tries));
    return ++entry.failures;
}

void Repairs::look_for_earliest() {
    earliest_.reset();
    for (const auto& [identity, entry] : entries_) {
        if (entry.due && (!earliest_ || *entry.due < *earliest_)) earliest_ = entry.due;
    }
}

void Repairs::prune(SteadyTime now) {
    std::erase_if(entries_, [&](const auto& entry) {
        return !entry.second.due && entry.second.tries != 0 && now > entry.second.last + kMemory;
    });
}

}  // namespace dmm::kernel
