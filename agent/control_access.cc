#include "agent/control_access.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

#include <grp.h>

namespace dmm::agent {
namespace {

// NGROUPS_MAX of Linux.
constexpr std::size_t kMostGroups = 65'536;

std::optional<gid_t> group_named(const std::string& name) {
    group entry{};
    group* found = nullptr;
    // A group may have thousands of members.
    std::vector<char> room(4'096);
    while (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) == ERANGE) {
        constexpr std::size_t kMostRoom = std::size_t{4} * 1024 * 1024;
        if (room.size() >= kMostRoom) return std::nullopt;
        room.resize(room.size() * 4);
    }
    return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

// Those of a caller whose groups cannot be told are none.
std::vector<gid_t> groups_at(int fd) {
    std::vector<gid_t> out(64);
    auto octets = static_cast<socklen_t>(out.size() * sizeof(gid_t));
    int result = ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, out.data(), &octets);
    // The kernel then says how much room it wants.
    if (result != 0 && errno == ERANGE && octets <= kMostGroups * sizeof(gid_t)) {
        out.resize(octets / sizeof(gid_t));
        result = ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, out.data(), &octets);
    }
    out.resize(result == 0 ? octets / sizeof(gid_t) : 0);
    return out;
}

bool is_member(const Caller& caller, const std::optional<gid_t>& group) {
    return group && (caller.gid == *group || std::ranges::count(caller.groups, *group) != 0);
}

}  // namespace

Caller caller_at(int fd) {
    ucred peer{};
    socklen_t length = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return {};
    return {.uid = peer.uid, .gid = peer.gid, .pid = peer.pid, .groups = groups_at(fd)};
}

std::expected<ControlAccess, std::string> resolve(const ControlSettings& settings) {
    const auto missing = [](const std::string& key, const std::string& name) {
        return std::unexpected("control." + key + ": this host has no group \"" + name +
                               "\"; groupadd --system " + name);
    };
    ControlAccess out{.group = group_named(settings.group),
                      .read_group = {},
                      .group_name = settings.group,
                      .read_group_name = settings.read_group};
    const bool is_default = settings.group == ControlSettings{}.group;
    if (!out.group && !is_default) return missing("group", settings.group);
    if (settings.read_group.empty()) return out;
    out.read_group = group_named(settings.read_group);
    if (!out.read_group) return missing("read_group", settings.read_group);
    return out;
}

Right right_of(const Caller& caller, const ControlAccess& access, uid_t self) {
    if (!access.read_group) return Right::Change;
    if (caller.uid == 0 || caller.uid == self) return Right::Change;
    if (is_member(caller, access.group)) return Right::Change;
    return is_member(caller, access.read_group) ? Right::Look : Right::None;
}

std::string denial(Right right, const ControlAccess& access) {
    const std::string change = "root and group \"" + access.group_name + "\" may change";
    if (right == Right::Look) {
        return "denied: group \"" + access.read_group_name + "\" may only look; " + change +
               " something: `usermod -aG " + access.group_name + " USER`, then log in anew";
    }
    return "denied: group \"" + access.read_group_name + "\" may look, " + change +
           ": `usermod -aG " + access.read_group_name + " USER`, then log in anew";
}

}  // namespace dmm::agent
