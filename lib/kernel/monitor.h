// Hears what changes in this network namespace, by whomever. A filter in the kernel keeps from
// us what cannot matter: our own changes, and the routes of a router's other protocols.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <vector>

#include "lib/kernel/notification.h"
#include "lib/model/kernel_error.h"

struct mnl_socket;

namespace dmm::kernel {

class Monitor {
public:
    // `own_port` is the netlink port of the socket whose changes are not to be heard; 0: none is.
    // Interfaces that have changes of theirs told without a port are heard all the same.
    [[nodiscard]] static std::expected<std::unique_ptr<Monitor>, KernelError> open(
        std::uint32_t own_port);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor();

    [[nodiscard]] int fd() const;

    // What there is, up to a few hundred datagrams, so that a flood starves nobody else. Never
    // waits.
    [[nodiscard]] Heard read();

private:
    explicit Monitor(mnl_socket* socket);

    mnl_socket* socket_;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace dmm::kernel
