// One end of the TCP transfer: a pattern out, the other end's pattern checked octet by
// octet.
#pragma once

#include <atomic>
#include <cstdint>

#include "tools/demo/descriptor.h"
#include "tools/demo/pattern.h"
#include "tools/demo/tally.h"

namespace dmm::demo {

struct TcpDirection {
    Pattern pattern;
    OctetTally& tally;
};

class TcpEnd {
public:
    // The first error of either end is left in `error`.
    TcpEnd(Descriptor socket,
           const TcpDirection& out,
           const TcpDirection& in,
           std::atomic<int>& error);

    // Sends up to the octet `due` of the stream, as far as the window allows.
    void send_until(std::uint64_t due);
    void receive();
    // No more will be sent; the other end sees it behind the last octet.
    void finish();

    [[nodiscard]] bool ended() const;

private:
    void note_failure();

    Descriptor socket_;
    TcpDirection out_;
    TcpDirection in_;
    std::atomic<int>& error_;
};

}  // namespace dmm::demo
