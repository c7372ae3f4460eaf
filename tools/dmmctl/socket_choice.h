// Which daemon is meant: by instance, by socket, or the only one that runs.
#pragma once

#include <expected>
#include <string>

#include "tools/dmmctl/command_line.h"

namespace dmm::dmmctl {

struct ChoiceError {
    int exit_code = 0;  // as in dmmctl(8)
    std::string text;
};

// `run_directory` is where the daemons' sockets are, named INSTANCE.sock.
[[nodiscard]] std::expected<std::string, ChoiceError> choose_socket(
    const CommandLine& line, const std::string& run_directory);

// "/run/dmm/maar1.sock" -> "maar1".
[[nodiscard]] std::string instance_of(const std::string& socket);

// Name of the group that may use the socket (or, when that cannot be told, its directory);
// "" when neither can be told.
[[nodiscard]] std::string group_of(const std::string& socket);

}  // namespace dmm::dmmctl
