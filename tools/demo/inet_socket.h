// UDP and TCP sockets in a namespace, bound and connected in one step.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "tools/demo/descriptor.h"

namespace dmm::demo {

struct Endpoint {
    Ip6Address address;
    std::uint16_t port = 0;
};

// A non-blocking UDP socket; `peer` restricts it to one partner. Errors are sentences.
[[nodiscard]] std::expected<Descriptor, std::string> udp_socket(
    const std::string& netns, const Endpoint& local, const std::optional<Endpoint>& peer);

[[nodiscard]] std::expected<Descriptor, std::string> tcp_listener(const std::string& netns,
                                                                  const Endpoint& local);

// Begins to connect; the outcome shows at the first read or write.
[[nodiscard]] std::expected<Descriptor, std::string> tcp_connecting(const std::string& netns,
                                                                    const Endpoint& local,
                                                                    const Endpoint& peer);

// False if it did not leave at once; a datagram is never retried.
bool send_to(int socket, ByteView bytes, const Endpoint& peer);

}  // namespace dmm::demo
