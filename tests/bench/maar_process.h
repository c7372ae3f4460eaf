// A MAAR at work: the whole agent of the daemon, in a process of its own. Only its kernel differs
// from dmmd's: interfaces of another kind stand in for ip6tnl where there is none, and the time
// that the kernel takes is added up for who measures.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "agent/descriptor.h"
#include "lib/base/ip.h"
#include "lib/model/settings.h"
#include "tests/bench/stage.h"
#include "tests/bench/wishes.h"

namespace dmm::bench {

// MAAR 1 of nine, with "core0" and "lan0", and nothing due by itself for hours.
[[nodiscard]] MaarSettings maar_settings();

class MaarProcess {
public:
    // Runs in `where`, on the processor of who answers; returns when it takes requests. `folder` is
    // for its socket.
    MaarProcess(const NetworkNamespace& where, const std::string& folder);

    // Says that a node is there, without waiting for what follows from it.
    void attach(const LinkLayerAddress& mac);
    // Until it has answered so many of these.
    void await_answers(std::size_t count);

    // What the kernel took, since the last call.
    [[nodiscard]] std::chrono::nanoseconds take_kernel_time();

    [[nodiscard]] Child& process() { return process_; }

private:
    std::string control_path_;
    KernelTime* kernel_time_;  // shared with the process
    Child process_;
    agent::Descriptor control_;
};

}  // namespace dmm::bench
