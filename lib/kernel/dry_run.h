// A Transport that changes nothing: it prints every change as the `ip` command that makes
// it, agrees to all, and knows every interface that is asked for.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>

#include "lib/base/bytes.h"
#include "lib/kernel/transport.h"

namespace dmm::kernel {

class DryRunTransport final : public Transport {
public:
    // `out` must outlive the transport.
    explicit DryRunTransport(std::ostream& out) : out_(out) {}

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override;
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override;
    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override;
    void about_to_send(const Operation& operation) override;
    void about_to_say(const std::function<std::string()>& lines) override;

private:
    std::ostream& out_;
    std::uint32_t next_index_ = 1;
    Bytes answers_;
    Bytes delivered_;
};

}  // namespace dmm::kernel
