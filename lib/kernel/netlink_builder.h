// Writes netlink messages behind each other, each within a bound. A message that does not
// fit is taken back whole and reported by finish(): no half message ever leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "lib/base/bytes.h"

namespace dmm::kernel {

class MessageBuilder {
public:
    // Far above the longest request of ours (about 200 octets).
    static constexpr std::size_t kMaxMessage = 1024;

    // Starts a message at the end of `out`, which must outlive the builder. `flags` are
    // NLM_F_*.
    MessageBuilder(Bytes& out,
                   std::uint16_t type,
                   std::uint16_t flags,
                   std::uint32_t sequence,
                   std::size_t limit = kMaxMessage);

    // A fixed structure of the kernel's interface, as it lies in memory.
    template <typename T>
    requires std::is_trivially_copyable_v<T>

    void put(const T& value) { append(&value, sizeof value); }

    void attribute(std::uint16_t type, ByteView value);
    // With the terminating zero that the kernel wants.
    void attribute_text(std::uint16_t type, std::string_view value);

    // A number in host order, or a structure.
    template <typename T>
    requires std::is_trivially_copyable_v<T>

    void attribute_value(std::uint16_t type, const T& value) {
        open_attribute(type, sizeof value);
        append(&value, sizeof value);
    }

    // Attributes written during the life of a Nest lie inside it.
    class Nest {
    public:
        Nest(MessageBuilder& builder, std::uint16_t type);
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;
        ~Nest();

    private:
        MessageBuilder& builder_;
        std::size_t start_;
    };

    // Writes the length. False if the message did not fit; then `out` is as it was before.
    [[nodiscard]] bool finish();

private:
    void open_attribute(std::uint16_t type, std::size_t size);
    void append(const void* data, std::size_t size);

    Bytes& out_;
    std::size_t start_;
    std::size_t limit_;
    bool full_ = false;
};

}  // namespace dmm::kernel
