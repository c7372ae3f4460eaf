// Tells when the routes of a namespace change.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "tools/demo/descriptor.h"

namespace dmm::demo {

class RouteWatch {
public:
    // Of IPv6 routes that come in `netns`. Errors are sentences.
    [[nodiscard]] static std::expected<RouteWatch, std::string> open(const std::string& netns);

    // Readable when a route may have come.
    [[nodiscard]] int fd() const { return socket_.get(); }

    // Whether one has come since the last call that a daemon of ours made (protocol 137).
    [[nodiscard]] bool drain() const;

private:
    explicit RouteWatch(Descriptor socket) : socket_(std::move(socket)) {}

    Descriptor socket_;
};

}  // namespace dmm::demo
