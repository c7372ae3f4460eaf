// The Transport to this network namespace's kernel: one socket of rtnetlink or of nfnetlink.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "lib/kernel/transport.h"
#include "lib/model/kernel_error.h"

struct mnl_socket;

namespace dmm::kernel {

class NetlinkSocket final : public Transport {
public:
    enum class Protocol : std::uint8_t { Route, Netfilter };

    [[nodiscard]] static std::expected<std::unique_ptr<NetlinkSocket>, KernelError> open(
        Protocol protocol = Protocol::Route);
    NetlinkSocket(const NetlinkSocket&) = delete;
    NetlinkSocket& operator=(const NetlinkSocket&) = delete;
    ~NetlinkSocket() override;

    // By which the kernel names us as the author of a change.
    [[nodiscard]] std::uint32_t port() const;

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override;
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override;
    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override;

private:
    explicit NetlinkSocket(mnl_socket* socket);

    // Reads what is there, up to a burst; the number of datagrams, or an errno.
    [[nodiscard]] std::expected<std::size_t, int> read_burst();
    [[nodiscard]] std::expected<void, int> await() const;

    struct Burst;

    mnl_socket* socket_;
    std::unique_ptr<Burst> burst_;
};

}  // namespace dmm::kernel
