// The floor of all signalling: a message of the size of a registration to another network namespace
// and back, between two processes on two processors.
#pragma once

#include <chrono>
#include <optional>

#include "tests/bench/load.h"
#include "tests/bench/stage.h"

namespace dmm::bench {

class RoundTrip {
public:
    RoundTrip();

    // One alone, by processes that have slept since the one before, as a handover finds them. This
    // process is in another network namespace afterwards.
    [[nodiscard]] std::chrono::nanoseconds take();

private:
    NetworkNamespace asking_;
    NetworkNamespace answering_;
    std::optional<Child> echo_;
    std::optional<Refreshes> messages_;
};

}  // namespace dmm::bench
