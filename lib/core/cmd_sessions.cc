#include "lib/core/cmd_sessions.h"

#include <algorithm>

#include "lib/base/assert.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

constexpr std::size_t kCacheLine = 64;  // or a multiple of what it is

}  // namespace

CmdSession& CmdSessions::add(const MnId& mn) {
    DMM_ASSERT(size() < limits::kCmdSessions && !slot_with(mn));
    if (free_.empty()) {
        const auto first = static_cast<std::uint32_t>(blocks_.size() * kBlock);
        // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): its length is fixed, as is its place.
        blocks_.push_back(std::make_unique<CmdSession[]>(kBlock));
        for (std::uint32_t i = kBlock; i > 0; --i)
            free_.push_back({first + i - 1});
    }
    const Slot slot = free_.back();
    free_.pop_back();
    made_ += 1;
    CmdSession& session = in(slot);
    session.mn = StoredMnId(mn);
    session.serial = serial_of(made_, slot);
    by_mn_.insert(hash_of(mn), slot);
    return session;
}

void CmdSessions::erase(CmdSession& session) {
    const Slot slot = slot_of(session.serial);
    const bool erased = by_mn_.erase(hash_of(session.mn.subtype(), session.mn.identifier()), slot);
    DMM_ASSERT(erased);
    session = {};
    free_.push_back(slot);
}

std::uint32_t CmdSessions::hash_of(const MnId& mn) const {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to octet view.
    const auto* octets = reinterpret_cast<const std::uint8_t*>(mn.identifier.data());
    return hash_of(mn.subtype, {octets, mn.identifier.size()});
}

std::uint32_t CmdSessions::hash_of(std::uint8_t subtype, ByteView identifier) const {
    const HashKey key{.first = key_.first, .second = key_.second ^ subtype};
    return static_cast<std::uint32_t>(siphash(key, identifier));
}

std::optional<Slot> CmdSessions::slot_with(const MnId& mn) const {
    return by_mn_.find(hash_of(mn), [&](Slot slot) {
        const CmdSession& session = in(slot);
        // All lines of it at once: it is mostly the right one.
        for (std::size_t octet = 0; octet < sizeof(CmdSession); octet += kCacheLine) {
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of the session.
            __builtin_prefetch(reinterpret_cast<const std::uint8_t*>(&session) + octet);
        }
        return session.mn == mn;
    });
}

CmdSession& CmdSessions::in(Slot slot) const {
    return blocks_[slot.value / kBlock][slot.value % kBlock];
}

CmdSessions::Found<CmdSession> CmdSessions::find(const MnId& mn) {
    const auto slot = slot_with(mn);
    return Found<CmdSession>(slot ? &in(*slot) : nullptr);
}

CmdSessions::Found<const CmdSession> CmdSessions::find(const MnId& mn) const {
    const auto slot = slot_with(mn);
    return Found<const CmdSession>(slot ? &in(*slot) : nullptr);
}

CmdSession& CmdSessions::at(const MnId& mn) {
    const auto slot = slot_with(mn);
    DMM_ASSERT(slot);
    return in(*slot);
}

const CmdSession& CmdSessions::at(const MnId& mn) const {
    const auto slot = slot_with(mn);
    DMM_ASSERT(slot);
    return in(*slot);
}

CmdSession& CmdSessions::at(Serial serial) {
    CmdSession& session = in(slot_of(serial));
    DMM_ASSERT(session.serial == serial);
    return session;
}

std::vector<CmdSession*> CmdSessions::in_order() {
    return sorted<CmdSession>();
}

std::vector<const CmdSession*> CmdSessions::in_order() const {
    return sorted<const CmdSession>();
}

template <typename Session>
std::vector<Session*> CmdSessions::sorted() const {
    std::vector<Session*> all;
    all.reserve(size());
    for (const auto& block : blocks_) {
        for (std::size_t i = 0; i < kBlock; ++i) {
            if (block[i].serial != Serial{}) all.push_back(&block[i]);
        }
    }
    std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->mn < b->mn; });
    return all;
}

}  // namespace dmm::core
