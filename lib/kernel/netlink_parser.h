// Reads netlink messages and attributes without trusting a length. Every attribute that is
// read has a row, with its size, in a policy; what has none is skipped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "lib/base/bytes.h"

namespace dmm::kernel {

struct Message {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    ByteView payload;  // behind the netlink header
};

// Takes the first message off `datagram`; nullopt at its end or where a length is wrong.
[[nodiscard]] std::optional<Message> next_message(ByteView& datagram);

struct AttributeRule {
    std::uint16_t type = 0;
    std::uint16_t min = 0;  // octets
    std::uint16_t max = 0xffff;
};

class Attributes {
public:
    static constexpr std::size_t kMaxRules = 16;

    // nullopt if an attribute overruns `bytes` or breaks its rule. At most kMaxRules rules.
    [[nodiscard]] static std::optional<Attributes> parse(ByteView bytes,
                                                         std::span<const AttributeRule> policy);

    // The attribute's octets; nullopt if absent. `type` must be in the policy.
    [[nodiscard]] std::optional<ByteView> find(std::uint16_t type) const;

    // In host order; nullopt if absent or of another size.
    template <typename T>
    requires std::is_trivially_copyable_v<T>

    [[nodiscard]] std::optional<T> value(std::uint16_t type) const {
        const auto found = find(type);
        if (!found || found->size() != sizeof(T)) return std::nullopt;
        T out{};
        std::memcpy(&out, found->data(), sizeof(T));
        return out;
    }

    // Up to the first zero; "" if absent.
    [[nodiscard]] std::string text(std::uint16_t type) const;

private:
    explicit Attributes(std::span<const AttributeRule> policy) : policy_(policy) {}

    std::span<const AttributeRule> policy_;
    std::array<std::optional<ByteView>, kMaxRules> found_{};
};

// Takes the first attribute off `bytes`, for lists; nullopt at the end or on a wrong length.
struct Attribute {
    std::uint16_t type = 0;
    ByteView value;
};

[[nodiscard]] std::optional<Attribute> next_attribute(ByteView& bytes);

// The fixed structure at the start of `bytes`, which is left with what follows it, aligned.
template <typename T>
requires std::is_trivially_copyable_v<T>

[[nodiscard]] std::optional<T> take_header(ByteView& bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T out{};
    std::memcpy(&out, bytes.data(), sizeof(T));
    constexpr std::size_t kAligned = (sizeof(T) + 3U) & ~std::size_t{3};
    bytes = bytes.subspan(kAligned < bytes.size() ? kAligned : bytes.size());
    return out;
}

}  // namespace dmm::kernel
