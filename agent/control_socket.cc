#include "agent/control_socket.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace dmm::agent {
namespace {

using Unclaimed = std::unexpected<ControlSocket::ClaimError>;

std::string words_for(int code) {
    return std::generic_category().message(code);
}

Unclaimed failed(const std::string& what, int code) {
    return Unclaimed({.in_use = false, .text = what + ": " + words_for(code)});
}

int connect_to(const sockaddr_un& address) {
    const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return errno;
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(fd.get(), to, sizeof address) == 0 ? 0 : errno;
}

// Removes what a dead daemon left at `address`, and nothing else.
std::expected<void, ControlSocket::ClaimError> clear(const sockaddr_un& address) {
    struct stat found {};

    if (::lstat(address.sun_path, &found) != 0) {
        if (errno == ENOENT) return {};
        return failed("cannot be looked at", errno);
    }
    if (!S_ISSOCK(found.st_mode)) {
        return Unclaimed({.in_use = true, .text = "is there and is not a socket"});
    }
    if (connect_to(address) != ECONNREFUSED) {
        return Unclaimed({.in_use = true, .text = "another daemon answers there"});
    }
    if (::unlink(address.sun_path) != 0) return failed("cannot be replaced", errno);
    return {};
}

void give_to_group(const char* path, const ControlAccess& access) {
    if (!access.group) return;
    // Without the right to do so the socket stays with the group that runs the daemon.
    [[maybe_unused]] const int given = ::chown(path, static_cast<uid_t>(-1), *access.group);
}

}  // namespace

std::expected<ControlSocket, ControlSocket::ClaimError> ControlSocket::claim(
    const std::string& path, const ControlSettings& settings) {
    auto access = resolve(settings);
    if (!access) return Unclaimed({.in_use = false, .text = access.error()});
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof address.sun_path) return failed("too long a name", ENAMETOOLONG);
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));

    std::error_code made;
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, made);
    if (made) return failed("its directory cannot be made", made.value());

    const auto cleared = clear(address);
    if (!cleared) return std::unexpected(cleared.error());

    Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failed("no socket", errno);
    // The file comes into being with mode 0660, or 0666.
    const mode_t before = ::umask(access->read_group ? 0111 : 0117);
    const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int code = errno;
    ::umask(before);
    if (bound != 0) return failed("cannot be made", code);
    ControlSocket out(std::move(fd), path, std::move(*access));
    give_to_group(address.sun_path, out.access());
    if (::listen(out.fd(), SOMAXCONN) != 0) return failed("cannot be listened at", errno);
    return out;
}

ControlSocket::ControlSocket(Descriptor fd, std::string path, ControlAccess access)
    : fd_(std::move(fd)), path_(std::move(path)), access_(std::move(access)) {
    struct stat own {};

    if (::lstat(path_.c_str(), &own) != 0) return;
    device_ = own.st_dev;
    inode_ = own.st_ino;
}

ControlSocket::~ControlSocket() {
    struct stat found {};

    if (!fd_ || ::lstat(path_.c_str(), &found) != 0) return;
    if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace dmm::agent
