#include "agent/counters.h"

namespace dmm::agent {

void Counters::count(std::string_view group, std::string_view name) {
    std::string key;
    key.reserve(group.size() + 1 + name.size());
    key.append(group).append(".").append(name);
    ++values_[std::move(key)];
}

void PeerBook::sent(const Ip6Address& to) {
    const auto peer = peers_.find(to);
    if (peer != peers_.end()) ++peer->second.sent;
}

void PeerBook::received(const Ip6Address& from, SteadyTime now) {
    const auto peer = peers_.find(from);
    if (peer == peers_.end()) return;
    ++peer->second.received;
    peer->second.last_heard = now;
}

}  // namespace dmm::agent
