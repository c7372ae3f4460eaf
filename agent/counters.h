// What the daemon counts. Names come from our own tables of names alone, so that nobody
// outside can make the list grow.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/ip.h"
#include "lib/base/time.h"

namespace dmm::agent {

class Counters {
public:
    // Counts under "GROUP.NAME": "received.BU", "rejected.bad_checksum".
    void count(std::string_view group, std::string_view name);

    [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& values() const {
        return values_;
    }

private:
    std::map<std::string, std::uint64_t, std::less<>> values_;
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

    void sent(const Ip6Address& to);
    void received(const Ip6Address& from, SteadyTime now);

    [[nodiscard]] const std::map<Ip6Address, PeerTraffic>& peers() const { return peers_; }

private:
    std::map<Ip6Address, PeerTraffic> peers_;
};

}  // namespace dmm::agent
