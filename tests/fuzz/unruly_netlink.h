// A kernel that does what it is asked, and answers badly: answers are lost, cut short, doubled,
// interrupted, late, and mixed with what nobody asked for. One that lies changes them as well.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "lib/base/bytes.h"
#include "lib/kernel/transport.h"
#include "tests/fuzz/choices.h"

namespace dmm::test {

class UnrulyNetlink final : public kernel::Transport {
public:
    UnrulyNetlink(kernel::Transport& inner, Choices& choices, bool lies)
        : inner_(inner), choices_(choices), lies_(lies) {}

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override;
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override;
    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override;

    // From now on it answers as it should; what is on its way is gone.
    void calm_down();

    // How often it was spoken to since the last call: what is asked must come to an end.
    [[nodiscard]] unsigned take_calls();

private:
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> disturbed(Bytes answer);

    kernel::Transport& inner_;
    Choices& choices_;
    bool lies_;
    bool calm_ = false;
    unsigned calls_ = 0;
    Bytes delivered_;
    std::optional<Bytes> again_;  // comes before all that is new
};

}  // namespace dmm::test
