// One question to a daemon: a line over its Unix socket, a line back, within a time-out.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

namespace dmm::dmmctl {

struct ClientError {
    enum class Kind : std::uint8_t { NoDaemon, Permission, Failure };
    Kind kind = Kind::Failure;
    std::string text;  // what happened, without the socket's path
};

// `line` without its newline; so is the answer, which is at most
// limits::kControlReplyOctets long. `patience` is for the whole exchange.
[[nodiscard]] std::expected<std::string, ClientError> exchange(const std::string& socket,
                                                               const std::string& line,
                                                               std::chrono::milliseconds patience);

}  // namespace dmm::dmmctl
