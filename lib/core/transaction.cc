#include "lib/core/transaction.h"

#include <algorithm>

#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

// An answer can be at most a few retransmissions late; more would only grow for ever
// against a peer that never answers.
constexpr std::size_t kRemembered = 8;

}  // namespace

Transaction::Transaction(SteadyTime now, std::uint16_t sequence, const ProtocolSettings& protocol)
    : started_at_(now),
      sent_at_(now),
      retransmit_at_(now + (mutated(Mutant::NoRetransmission)
                                ? std::chrono::hours(24)
                                : Duration(protocol.initial_bindack_timeout))),
      timeout_(protocol.initial_bindack_timeout),
      sequences_{sequence} {}

void Transaction::retransmitted(SteadyTime now,
                                std::uint16_t sequence,
                                const ProtocolSettings& protocol) {
    if (!mutated(Mutant::NoBackoff))
        timeout_ = std::min<Duration>(timeout_ * 2, protocol.max_bindack_timeout);
    sent_at_ = now;
    retransmit_at_ = now + timeout_;
    ++tries_;
    if (sequences_.size() == kRemembered) sequences_.erase(sequences_.begin());
    sequences_.push_back(sequence);
}

bool Transaction::matches(std::uint16_t sequence) const {
    return std::find(sequences_.begin(), sequences_.end(), sequence) != sequences_.end();
}

}  // namespace dmm::core
