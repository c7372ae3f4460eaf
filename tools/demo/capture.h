// Packet sockets that let through only what is measured, so that the measured streams do
// not pay for the measurement.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "tools/demo/descriptor.h"
#include "tools/demo/packet.h"

namespace dmm::demo {

class Capture {
public:
    // Router Solicitations and Advertisements through `interface`, both directions.
    [[nodiscard]] static std::expected<Capture, std::string> of_discovery(
        const std::string& netns, const std::string& interface);

    // Mobility Headers (RFC 6275) that arrive at any interface of `netns`.
    [[nodiscard]] static std::expected<Capture, std::string> of_signalling(
        const std::string& netns);

    // UDP and TCP that arrives for an address out of any MAAR's pool but that of `except`.
    [[nodiscard]] static std::expected<Capture, std::string> of_arrivals(
        const std::string& netns, const std::string& interface, int except);

    [[nodiscard]] int fd() const { return socket_.get(); }

    // What has passed since the last call; at most a few hundred packets at a time.
    [[nodiscard]] std::vector<Sighting> drain() const;

private:
    explicit Capture(Descriptor socket) : socket_(std::move(socket)) {}

    Descriptor socket_;
};

}  // namespace dmm::demo
