#include "agent/log_limit.h"

#include <chrono>
#include <utility>

namespace dmm::agent {

bool LogLimit::admit(std::string_view kind, SteadyTime now) {
    auto found = kinds_.find(kind);
    if (found == kinds_.end()) found = kinds_.try_emplace(std::string(kind)).first;
    if (found->second.bucket.take(now)) return true;
    ++found->second.left_out;
    if (!tell_at_) tell_at_ = now + std::chrono::seconds(1);
    return false;
}

std::vector<LogLimit::LeftOut> LogLimit::take_left_out(SteadyTime now) {
    std::vector<LeftOut> out;
    if (!tell_at_ || now < *tell_at_) return out;
    tell_at_.reset();
    for (auto& [name, kind] : kinds_) {
        const std::uint64_t lines = std::exchange(kind.left_out, 0);
        if (lines > 0) out.push_back({.kind = name, .lines = lines});
    }
    return out;
}

}  // namespace dmm::agent
