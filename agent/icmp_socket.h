// ICMPv6 errors out (RFC 4443); nothing in.
#pragma once

#include <expected>

#include "agent/descriptor.h"
#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::agent {

class IcmpSocket {
public:
    // The error is errno. What is sent comes from `address`.
    [[nodiscard]] static std::expected<IcmpSocket, int> open(const Ip6Address& address);

    // One ICMPv6 message; the kernel fills in its checksum. The error is errno.
    [[nodiscard]] std::expected<void, int> send(const Ip6Address& to, ByteView message) const;

private:
    explicit IcmpSocket(Descriptor fd) : fd_(std::move(fd)) {}

    Descriptor fd_;
};

}  // namespace dmm::agent
