// The Mobility Header side of the agent: octets to events, Send actions to octets, and the
// answers to malformed messages that RFC 6275 section 9.2 asks for.
#pragma once

#include <string_view>
#include <vector>

#include "agent/counters.h"
#include "agent/icmp_socket.h"
#include "agent/log_sink.h"
#include "agent/mobility_socket.h"
#include "agent/rate_limit.h"
#include "lib/core/action.h"
#include "lib/core/event.h"

namespace dmm::agent {

class Signalling {
public:
    // `address` is ours: what the sockets are bound to. `counters` and `log` must outlive
    // this.
    Signalling(MobilitySocket mobility,
               IcmpSocket icmp,
               const Ip6Address& address,
               Counters& counters,
               LogSink& log);

    [[nodiscard]] int fd() const { return mobility_.fd(); }

    // Takes one batch and answers what is malformed in it.
    [[nodiscard]] std::vector<core::Event> receive(SteadyTime now);

    // Leaves with the next flush(). `send.from` must be our address.
    void send(const core::Send& send);
    [[nodiscard]] bool has_queued() const { return mobility_.has_queued(); }
    void flush();

    [[nodiscard]] PeerBook& peers() { return peers_; }

    [[nodiscard]] const PeerBook& peers() const { return peers_; }

private:
    [[nodiscard]] core::Event rejected(const MobilitySocket::Datagram& datagram,
                                       const wire::DecodeError& error,
                                       SteadyTime now);
    void react(const MobilitySocket::Datagram& datagram,
               const wire::DecodeError& error,
               SteadyTime now);
    void send_failed(std::string_view what, const Ip6Address& to, int code);

    MobilitySocket mobility_;
    IcmpSocket icmp_;
    Ip6Address address_;
    Counters& counters_;
    LogSink& log_;
    PeerBook peers_;
    // RFC 4443 section 2.4(f), and RFC 6275 section 9.2 by reference.
    TokenBucket reactions_{/*burst=*/10., /*per_second=*/10.};
};

}  // namespace dmm::agent
