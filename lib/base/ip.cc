#include "lib/base/ip.h"

#include <algorithm>

#include <arpa/inet.h>

#include "lib/base/assert.h"
#include "lib/base/text.h"

namespace dmm {
namespace {

std::array<std::uint8_t, 16> masked(const Ip6Address& address, unsigned length) {
    std::array<std::uint8_t, 16> octets = address.octets();
    for (unsigned i = 0; i < octets.size(); ++i) {
        const unsigned first_bit = i * 8;
        if (length >= first_bit + 8) continue;
        const unsigned kept = length > first_bit ? length - first_bit : 0;
        octets[i] = static_cast<std::uint8_t>(octets[i] & (0xff00U >> kept));
    }
    return octets;
}

}  // namespace

std::optional<Ip6Address> Ip6Address::parse(std::string_view text) {
    // inet_pton() would stop at a NUL and not see what follows it.
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string terminated(text);
    std::array<std::uint8_t, 16> octets{};
    if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) != 1) return std::nullopt;
    return Ip6Address(octets);
}

bool Ip6Address::is_loopback() const {
    return std::all_of(octets_.begin(), octets_.end() - 1, [](auto o) { return o == 0; }) &&
           octets_[15] == 1;
}

Prefix::Prefix(const Ip6Address& address, unsigned length)
    : address_(masked(address, length)), length_(static_cast<std::uint8_t>(length)) {
    DMM_ASSERT(length <= 128);
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = Ip6Address::parse(text.substr(0, slash));
    const auto length = parse_number<unsigned>(text.substr(slash + 1), 0U, 128U);
    if (!address || !length) return std::nullopt;
    const Prefix prefix(*address, *length);
    if (prefix.address() != *address) return std::nullopt;
    return prefix;
}

bool Prefix::contains(const Ip6Address& address) const {
    return masked(address, length_) == address_.octets();
}

bool Prefix::contains(const Prefix& other) const {
    return other.length_ >= length_ && contains(other.address_);
}

std::optional<LinkLayerAddress> LinkLayerAddress::parse(std::string_view text) {
    if (text.size() != 17) return std::nullopt;
    std::array<std::uint8_t, 6> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i > 0 && text[i * 3 - 1] != ':') return std::nullopt;
        const auto octet = parse_hex(text.substr(i * 3, 2));
        if (!octet || octet->size() != 1) return std::nullopt;
        octets[i] = octet->front();
    }
    return LinkLayerAddress(octets);
}

std::optional<LinkLayerAddress> LinkLayerAddress::from(ByteView bytes) {
    std::array<std::uint8_t, 6> octets{};
    if (bytes.size() != octets.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), octets.begin());
    return LinkLayerAddress(octets);
}

Ip6Address link_local_of(const LinkLayerAddress& mac) {
    const auto& m = mac.octets();
    const auto flipped = static_cast<std::uint8_t>(m[0] ^ 0x02U);
    return Ip6Address(
        {0xfe, 0x80, 0, 0, 0, 0, 0, 0, flipped, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]});
}

std::string to_text(const Ip6Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const char* done = inet_ntop(AF_INET6, address.octets().data(), text.data(), text.size());
    DMM_ASSERT(done != nullptr);
    return text.data();
}

std::string to_text(const Prefix& prefix) {
    return to_text(prefix.address()) + '/' + std::to_string(prefix.length());
}

std::string to_text(const LinkLayerAddress& address) {
    std::string text;
    for (const std::uint8_t octet : address.octets()) {
        if (!text.empty()) text += ':';
        text += to_hex(ByteView(&octet, 1));
    }
    return text;
}

}  // namespace dmm
