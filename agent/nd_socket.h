// Neighbour Discovery at the access links (RFC 4861): Router Solicitations and Neighbour
// Advertisements in, whatever we tell a node out. Both below IP: a node is known by the
// frame that it sent, and found before any neighbour entry knows it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "agent/descriptor.h"
#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::agent {

// Hears the Router Solicitations and Neighbour Advertisements of one link and nothing else:
// a filter in the kernel keeps forwarded packets away.
class NdListener {
public:
    struct Frame {
        LinkLayerAddress source;  // of the frame: who sent it, whatever the options say
        ByteView packet;          // from the IPv6 header on
    };

    // The error is errno: ENODEV without such an interface, ENETDOWN when it is down.
    [[nodiscard]] static std::expected<NdListener, int> open(const std::string& link);

    [[nodiscard]] int fd() const { return fd_.get(); }

    // The next frame, valid until the next call; nullopt when there is none. The error is
    // errno: ENETDOWN when the interface went down or away, after which nothing comes.
    [[nodiscard]] std::expected<std::optional<Frame>, int> receive();

private:
    explicit NdListener(Descriptor fd) : fd_(std::move(fd)) {}

    Descriptor fd_;
    // RFC 4861 section 4.1 with every option that is in use fits; a longer one is cut and
    // fails its checks.
    std::array<std::uint8_t, 512> octets_{};
};

class NdSender {
public:
    // The error is errno.
    [[nodiscard]] static std::expected<NdSender, int> open();

    // Sends an IPv6 packet out of the interface `index` to one station, whatever its IPv6
    // destination is (RFC 6085 section 3). The error is errno.
    [[nodiscard]] std::expected<void, int> send(std::uint32_t index,
                                                const LinkLayerAddress& to,
                                                ByteView packet) const;

private:
    explicit NdSender(Descriptor fd) : fd_(std::move(fd)) {}

    Descriptor fd_;
};

}  // namespace dmm::agent
