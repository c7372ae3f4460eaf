// The listening end of the control socket. Whoever holds it is the instance: claiming it
// comes before anything in the kernel is changed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include <sys/types.h>

#include "agent/descriptor.h"

namespace dmm::agent {

class ControlSocket {
public:
    struct ClaimError {
        bool in_use = false;  // another daemon, or something that is no socket, is there
        std::string text;
    };

    // Makes the directory if it is missing; takes the place of a socket whose daemon is dead.
    // The socket belongs to the group "dmm", if there is one, and is for owner and group.
    [[nodiscard]] static std::expected<ControlSocket, ClaimError> claim(const std::string& path);

    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ControlSocket(ControlSocket&& other) noexcept = default;
    ControlSocket& operator=(ControlSocket&&) = delete;
    // Removes the file, unless another has come in its place.
    ~ControlSocket();

    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    ControlSocket(Descriptor fd, std::string path);

    Descriptor fd_;
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace dmm::agent
