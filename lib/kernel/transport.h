// The whole seam to the kernel: netlink messages out, netlink messages in, of rtnetlink or of
// nfnetlink.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>

#include "lib/kernel/operation.h"

namespace dmm::kernel {

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    // Hands over one or more whole requests; the kernel has carried them out on return. The
    // error is an errno; then none of them was taken.
    [[nodiscard]] virtual std::expected<void, int> send(std::span<const std::uint8_t> batch) = 0;

    // The next datagram of answers, valid until the next call. The error is an errno: EAGAIN
    // when none comes within a second, ENOBUFS when answers were lost.
    [[nodiscard]] virtual std::expected<std::span<const std::uint8_t>, int> receive() = 0;

    // The index that the interface `name` has now; it may belong to somebody else. Of all ways to
    // ask, the one that does not wait for other changes of the host's network. The error is an
    // errno, ENODEV when there is none.
    [[nodiscard]] virtual std::expected<std::uint32_t, int> index_of(const std::string& name) = 0;

    // Told of each change before it is sent; queries are not changes.
    virtual void about_to_send(const Operation& /*operation*/) {}

    // The same of a change of nf_tables, as lines for a shell, made for who wants them.
    virtual void about_to_say(const std::function<std::string()>& /*lines*/) {}
};

}  // namespace dmm::kernel
