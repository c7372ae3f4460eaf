// The listening end of the control socket. Whoever holds it is the instance: claiming it
// comes before anything in the kernel is changed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include <sys/types.h>

#include "agent/control_access.h"
#include "agent/descriptor.h"

namespace dmm::agent {

class ControlSocket {
public:
    struct ClaimError {
        bool in_use = false;  // another daemon, or something that is no socket, is there
        std::string text;
    };

    // Makes the directory if it is missing; takes the place of a socket whose daemon is dead.
    // The socket belongs to the group that may change things, if there is one, and is for owner
    // and group; where others may look, it is for all, and each of them is judged.
    [[nodiscard]] static std::expected<ControlSocket, ClaimError> claim(
        const std::string& path, const ControlSettings& settings = {});

    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ControlSocket(ControlSocket&& other) noexcept = default;
    ControlSocket& operator=(ControlSocket&&) = delete;
    // Removes the file, unless another has come in its place.
    ~ControlSocket();

    [[nodiscard]] int fd() const { return fd_.get(); }

    [[nodiscard]] const ControlAccess& access() const { return access_; }

private:
    ControlSocket(Descriptor fd, std::string path, ControlAccess access);

    Descriptor fd_;
    std::string path_;
    ControlAccess access_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace dmm::agent
