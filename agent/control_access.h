// Who may ask the daemon, and who may order it: by the groups of the process at the other end.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "lib/model/settings.h"

namespace dmm::agent {

enum class Right : std::uint8_t { None, Look, Change };

struct ControlAccess {
    std::optional<gid_t> group;       // may change; absent: there is no such group here
    std::optional<gid_t> read_group;  // may look; absent: nobody else may
    std::string group_name;
    std::string read_group_name;
};

// The process at the other end of a Unix socket, as it was when it connected.
struct Caller {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    pid_t pid = 0;
    std::vector<gid_t> groups{};  // supplementary ones
};

[[nodiscard]] Caller caller_at(int fd);

// The groups by number. That the one which may change has the name of the default and is
// missing is no error; any other that is missing is one, and the error says what to do.
[[nodiscard]] std::expected<ControlAccess, std::string> resolve(const ControlSettings& settings);

// `self` is the daemon's own user, who may do what root may. Where nobody may only look, the
// mode of the socket has judged already, and whoever got in may do everything.
[[nodiscard]] Right right_of(const Caller& caller, const ControlAccess& access, uid_t self);

// Why that is not enough, and who may, in one line.
[[nodiscard]] std::string denial(Right right, const ControlAccess& access);

}  // namespace dmm::agent
