#include "tools/dmmctl/pseudonyms.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ranges>

#include "lib/base/text.h"
#include "lib/control/disclosure.h"

namespace dmm::dmmctl {
namespace {

bool in_range(char c, char low, char high) {
    return c >= low && c <= high;
}

bool is_hex(char c) {
    return in_range(c, '0', '9') || in_range(c, 'a', 'f') || in_range(c, 'A', 'F');
}

bool is_word(char c) {
    return in_range(c, '0', '9') || in_range(c, 'a', 'z') || in_range(c, 'A', 'Z') || c == '_';
}

template <typename Test>
std::size_t run_length(std::string_view text, Test test) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, test) - text.begin());
}

// Six groups of one or two digits: bridges are shown without leading zeros.
std::optional<LinkLayerAddress> mac_of(std::string_view text) {
    std::string full;
    for (const auto group : text | std::views::split(':')) {
        const std::string digits(group.begin(), group.end());
        if (digits.empty() || digits.size() > 2) return std::nullopt;
        full.append(full.empty() ? "" : ":").append(2 - digits.size(), '0').append(digits);
    }
    return LinkLayerAddress::parse(full);
}

// The address that the last 64 bits were made of.
std::optional<LinkLayerAddress> mac_within(const Ip6Address& address) {
    const auto& of = address.octets();
    if (of[11] != 0xff || of[12] != 0xfe) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(of[8] ^ 0x02U);
    return LinkLayerAddress(std::array{first, of[9], of[10], of[13], of[14], of[15]});
}

Ip6Address with_mac(const Ip6Address& address, const LinkLayerAddress& mac) {
    auto octets = address.octets();
    const auto lower = link_local_of(mac).octets();
    std::copy(lower.begin() + 8, lower.end(), octets.begin() + 8);
    return Ip6Address(octets);
}

// ff02::1:ff00:0/104 (RFC 4291 section 2.7.1).
std::optional<Ip6Address> without_solicited_node(const Ip6Address& address) {
    static const auto kAll = Prefix::parse("ff02::1:ff00:0/104");
    if (!kAll->contains(address)) return std::nullopt;
    return kAll->address();
}

// It may be the address of anybody.
bool is_nobody(const LinkLayerAddress& mac) {
    return std::ranges::all_of(mac.octets(), [&](std::uint8_t octet) {
        return octet == mac.octets()[0] && (octet == 0 || octet == 0xff);
    });
}

}  // namespace

Pseudonyms::Pseudonyms(const std::vector<std::string>& names) {
    std::size_t count = 0;
    for (const std::string& name : names) {
        if (name.empty() || names_.contains(name) || mac_of(name)) continue;
        const std::string pseudonym = "mn" + std::to_string(++count);
        add(name, pseudonym);
        add(control::json_escaped(name), pseudonym);
        std::string in_line = quoted(name);
        if (in_line.starts_with('"')) in_line = in_line.substr(1, in_line.size() - 2);
        add(in_line, pseudonym);
    }
}

void Pseudonyms::add(const std::string& name, const std::string& pseudonym) {
    names_.emplace(name, pseudonym);
    lengths_.insert(name.size());
}

// "" when none of the names stands there as a word.
std::string_view Pseudonyms::name_at(std::string_view text, std::size_t at) const {
    if (at > 0 && is_word(text[at - 1]) && is_word(text[at])) return {};
    for (const std::size_t length : lengths_) {
        if (length > text.size() - at) continue;
        const std::string_view part = text.substr(at, length);
        const bool goes_on =
            at + length < text.size() && is_word(part.back()) && is_word(text[at + length]);
        if (!goes_on && names_.contains(part)) return part;
    }
    return {};
}

LinkLayerAddress Pseudonyms::mac_for(const LinkLayerAddress& mac) {
    if (is_nobody(mac)) return mac;
    const std::size_t number = macs_.size() + 1;
    const auto octet = [number](unsigned shift) {
        return static_cast<std::uint8_t>(number >> shift & 0xffU);
    };
    return macs_
        .try_emplace(mac, std::array<std::uint8_t, 6>{2, 0, 0, octet(16), octet(8), octet(0)})
        .first->second;
}

// nullopt when it is none.
std::optional<std::string> Pseudonyms::address_for(std::string_view run) {
    if (const auto mac = mac_of(run)) return to_text(mac_for(*mac));
    const auto address = Ip6Address::parse(run);
    if (!address) return std::nullopt;
    if (const auto all = without_solicited_node(*address)) return to_text(*all);
    const auto mac = mac_within(*address);
    return mac ? to_text(with_mac(*address, mac_for(*mac))) : std::string(run);
}

std::string Pseudonyms::apply(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (const std::string_view name = name_at(text, at); !name.empty()) {
            out += names_.find(name)->second;
            at += name.size();
            continue;
        }
        const std::string_view rest = text.substr(at);
        std::size_t length = run_length(rest, [](char c) { return is_hex(c) || c == ':'; });
        // "feed" in "feeder", and the colon behind an address.
        if (length < rest.size() && is_word(rest[length])) length = 0;
        while (length > 1 && rest[length - 1] == ':' && rest[length - 2] != ':')
            --length;
        const auto address = address_for(rest.substr(0, length));
        if (!address) length = std::max<std::size_t>(run_length(rest, is_word), 1);
        out += address ? std::string_view(*address) : rest.substr(0, length);
        at += length;
    }
    return out;
}

}  // namespace dmm::dmmctl
