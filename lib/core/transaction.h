// One PBU on its way and its retransmissions: RFC 6275 section 11.8, RFC 5213 section
// 6.9.4, RFC 8885 section 3.6. Every transmission takes a new sequence number; an answer to
// any of them answers all.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/base/time.h"
#include "lib/model/settings.h"

namespace dmm::core {

class Transaction {
public:
    // The first transmission happens at `now`, with `sequence`.
    Transaction(SteadyTime now, std::uint16_t sequence, const ProtocolSettings& protocol);

    // Notes a retransmission and doubles the time to the next, up to MAX_BINDACK_TIMEOUT.
    void retransmitted(SteadyTime now, std::uint16_t sequence, const ProtocolSettings& protocol);

    // True for the number of any transmission that is still remembered.
    [[nodiscard]] bool matches(std::uint16_t sequence) const;

    [[nodiscard]] SteadyTime retransmit_at() const { return retransmit_at_; }

    [[nodiscard]] SteadyTime started_at() const { return started_at_; }

    // The time of the last transmission: lifetimes count from there (RFC 6275 section
    // 11.7.3), on the careful side when an earlier one was the one answered.
    [[nodiscard]] SteadyTime sent_at() const { return sent_at_; }

    [[nodiscard]] unsigned tries() const { return tries_; }

private:
    SteadyTime started_at_;
    SteadyTime sent_at_;
    SteadyTime retransmit_at_;
    Duration timeout_;
    unsigned tries_ = 1;
    std::vector<std::uint16_t> sequences_;  // the newest kRemembered
};

}  // namespace dmm::core
