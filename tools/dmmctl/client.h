// One question to a daemon: a line over its Unix socket, a line back, within a time-out;
// and lines without end for those who follow it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

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

// The same, and behind the answer every line that comes, until the daemon hangs up, which is
// an error, or `on_line` says false: it is told each line, the answer first.
[[nodiscard]] std::expected<void, ClientError> follow(
    const std::string& socket,
    const std::string& line,
    std::chrono::milliseconds patience,
    const std::function<bool(std::string_view)>& on_line);

}  // namespace dmm::dmmctl
