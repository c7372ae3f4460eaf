// One end of the UDP stream: numbered datagrams out, arrivals noted.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "tools/demo/descriptor.h"
#include "tools/demo/tally.h"

namespace dmm::demo {

using Datagram = std::array<std::uint8_t, 64>;

class DatagramEnd {
public:
    DatagramEnd(Descriptor socket, DatagramTally& out, DatagramTally& in)
        : socket_(std::move(socket)), out_(out), in_(in) {}

    // Sends what is due when `due` datagrams should have left, a bounded number at a time:
    // who is late makes up for it, and skips no number.
    void send_until(std::uint64_t due);
    void receive();

private:
    Descriptor socket_;
    DatagramTally& out_;
    DatagramTally& in_;
};

}  // namespace dmm::demo
