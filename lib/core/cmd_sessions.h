// The sessions of a CMD: kept side by side at addresses that stay, found by MN-ID or number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/siphash.h"
#include "lib/core/cmd_session.h"
#include "lib/core/slot_index.h"

namespace dmm::core {

class CmdSessions {
    // What find() returns; behaves as a map's iterator.
    template <typename Session>
    class Found {
    public:
        struct Entry {
            Session& second;

            [[nodiscard]] const Entry* operator->() const { return this; }
        };

        explicit Found(Session* session) : session_(session) {}

        [[nodiscard]] Entry operator->() const { return {*session_}; }

        friend bool operator==(const Found&, const Found&) = default;

    private:
        Session* session_;
    };

public:
    explicit CmdSessions(const HashKey& key) : key_(key), by_mn_(Spread{}) {}

    // None with that MN-ID may be there, and fewer than limits::kCmdSessions.
    CmdSession& add(const MnId& mn);
    void erase(CmdSession& session);

    [[nodiscard]] Found<CmdSession> find(const MnId& mn);
    [[nodiscard]] Found<const CmdSession> find(const MnId& mn) const;

    [[nodiscard]] Found<CmdSession> end() { return Found<CmdSession>(nullptr); }

    [[nodiscard]] Found<const CmdSession> end() const { return Found<const CmdSession>(nullptr); }

    [[nodiscard]] bool contains(const MnId& mn) const { return find(mn) != end(); }

    // These must be there.
    [[nodiscard]] CmdSession& at(const MnId& mn);
    [[nodiscard]] const CmdSession& at(const MnId& mn) const;
    [[nodiscard]] CmdSession& at(Serial serial);

    [[nodiscard]] std::size_t size() const { return by_mn_.size(); }

    [[nodiscard]] bool empty() const { return size() == 0; }

    // All of them, in no order.
    template <typename Look>
    void for_each(const Look& look) const {
        for (const auto& block : blocks_) {
            for (std::size_t i = 0; i < kBlock; ++i) {
                if (block[i].serial != Serial{}) look(std::as_const(block[i]));
            }
        }
    }

    // All of them, by MN-ID: sorted when asked, since nothing that is done for one message needs
    // an order.
    [[nodiscard]] std::vector<CmdSession*> in_order();
    [[nodiscard]] std::vector<const CmdSession*> in_order() const;

private:
    // Sessions are allocated so many at a time.
    static constexpr std::size_t kBlock = 32;

    // The keys of the index are hashes already.
    struct Spread {
        [[nodiscard]] std::uint32_t operator()(std::uint32_t hash) const { return hash; }
    };

    [[nodiscard]] std::uint32_t hash_of(const MnId& mn) const;
    [[nodiscard]] std::uint32_t hash_of(std::uint8_t subtype, ByteView identifier) const;
    [[nodiscard]] std::optional<Slot> slot_with(const MnId& mn) const;
    [[nodiscard]] CmdSession& in(Slot slot) const;
    template <typename Session>
    [[nodiscard]] std::vector<Session*> sorted() const;

    HashKey key_;
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): their length is fixed, as is their place.
    std::vector<std::unique_ptr<CmdSession[]>> blocks_;
    std::vector<Slot> free_;
    std::uint64_t made_ = 0;
    SlotIndex<std::uint32_t, Spread> by_mn_;
};

}  // namespace dmm::core
