// Mobility Headers in and out (RFC 6275 section 6.1): a raw socket of protocol 135, bound to
// our address, so that the kernel drops what is not for us. It also checks and fills in the
// checksums. What one turn of the loop sends leaves in one system call.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "agent/descriptor.h"
#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::agent {

class MobilitySocket {
public:
    struct Datagram {
        Ip6Address from;
        ByteView bytes;
    };

    struct Failure {
        Ip6Address to;
        int code = 0;  // errno
    };

    // Datagrams taken and given per system call, and taken per turn of the loop.
    static constexpr std::size_t kBatch = 64;

    // The error is errno; EADDRNOTAVAIL when the host does not have `address`.
    [[nodiscard]] static std::expected<MobilitySocket, int> open(const Ip6Address& address);

    MobilitySocket(const MobilitySocket&) = delete;
    MobilitySocket& operator=(const MobilitySocket&) = delete;
    MobilitySocket(MobilitySocket&&) noexcept;
    MobilitySocket& operator=(MobilitySocket&&) noexcept;
    ~MobilitySocket();

    [[nodiscard]] int fd() const { return fd_.get(); }

    // What has arrived, kBatch datagrams at most. Valid until the next call.
    [[nodiscard]] std::span<const Datagram> receive();

    [[nodiscard]] bool has_queued() const { return !queue_.empty(); }

    void queue(const Ip6Address& to, Bytes message) { queue_.push_back({to, std::move(message)}); }

    // Sends what is queued. A message that cannot be sent is not tried again: retransmission
    // is the engines' business.
    [[nodiscard]] std::vector<Failure> flush();

private:
    struct Inbox;

    struct Outgoing {
        Ip6Address to;
        Bytes message;
    };

    MobilitySocket(Descriptor fd, const Ip6Address& address);
    void send_batch(std::span<Outgoing> batch, std::vector<Failure>& failures);

    Descriptor fd_;
    Ip6Address address_;
    std::unique_ptr<Inbox> inbox_;
    std::vector<Outgoing> queue_;
};

}  // namespace dmm::agent
