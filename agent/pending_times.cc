#include "agent/pending_times.h"

#include <cstring>
#include <functional>

namespace dmm::agent {
namespace {

// Spreads what differs in few bits over all of them.
constexpr std::uint64_t spread(std::uint64_t value) {
    constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15U;
    value = (value ^ value >> 32U) * kGoldenRatio;
    value = (value ^ value >> 29U) * kGoldenRatio;
    return value ^ value >> 32U;
}

}  // namespace

std::uint64_t pending_key(const Ip6Address& peer, std::uint32_t number, std::uint32_t kind) {
    std::uint64_t network = 0;
    std::uint64_t host = 0;
    std::memcpy(&network, peer.octets().data(), sizeof network);
    std::memcpy(&host, peer.octets().data() + sizeof network, sizeof host);
    const std::uint64_t what = std::uint64_t{kind} << 32U | number;
    return spread(spread(spread(network) ^ host) ^ what);
}

std::uint64_t pending_key(const MnId& mn) {
    constexpr std::hash<std::string_view> kHash;
    return spread(kHash(mn.identifier) ^ mn.subtype);
}

}  // namespace dmm::agent
