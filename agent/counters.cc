#include "agent/counters.h"

#include <algorithm>
#include <functional>

namespace dmm::agent {

std::size_t Counters::Hash::operator()(const KeyView& key) const noexcept {
    constexpr std::hash<std::string_view> kHash;
    constexpr std::size_t kOdd = 31;
    return kHash(key.first) * kOdd + kHash(key.second);
}

void Counters::count(std::string_view group, std::string_view name) {
    auto at = values_.find(KeyView(group, name));
    if (at == values_.end()) {
        at = values_.try_emplace(Key(group, name), 0).first;
    }
    ++at->second;
}

std::map<std::string, std::uint64_t> Counters::values() const {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [key, value] : values_) {
        std::string name = key.first;
        out.emplace(std::move(name.append(".").append(key.second)), value);
    }
    return out;
}

void PeerBook::set(const std::vector<Ip6Address>& peers) {
    std::erase_if(peers_,
                  [&](const auto& known) { return std::ranges::count(peers, known.first) == 0; });
    for (const Ip6Address& peer : peers)
        add(peer);
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
