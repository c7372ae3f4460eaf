// What the daemon counts. Names come from our own tables of names alone, so that nobody
// outside can make the list grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/time.h"

namespace dmm::agent {

class Counters {
public:
    // Counts under "GROUP.NAME": "received.BU", "rejected.bad_checksum". Makes no string but the
    // first time: each message counts several times.
    void count(std::string_view group, std::string_view name);

    // In the order of the names.
    [[nodiscard]] std::map<std::string, std::uint64_t> values() const;

private:
    using Key = std::pair<std::string, std::string>;
    using KeyView = std::pair<std::string_view, std::string_view>;

    struct Hash {
        using is_transparent = void;
        [[nodiscard]] std::size_t operator()(const KeyView& key) const noexcept;
    };

    struct Equal {
        using is_transparent = void;

        [[nodiscard]] bool operator()(const KeyView& one, const KeyView& other) const noexcept {
            return one == other;
        }
    };

    std::unordered_map<Key, std::uint64_t, Hash, Equal> values_;
};

struct PeerTraffic {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::optional<SteadyTime> last_heard;
    friend bool operator==(const PeerTraffic&, const PeerTraffic&) = default;
};

// Messages from and to each configured peer. Others are not remembered.
class PeerBook {
public:
    void add(const Ip6Address& peer) { peers_.try_emplace(peer); }

    // These and no others; what is known of those that stay is kept.
    void set(const std::vector<Ip6Address>& peers);

    void sent(const Ip6Address& to);
    void received(const Ip6Address& from, SteadyTime now);

    [[nodiscard]] const std::map<Ip6Address, PeerTraffic>& peers() const { return peers_; }

private:
    std::map<Ip6Address, PeerTraffic> peers_;
};

}  // namespace dmm::agent
