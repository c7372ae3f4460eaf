// Who a mobile node is: the MN-Identifier of RFC 4283 and where it was seen.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm {

// Subtypes of the MN Identifier option (RFC 4283 section 3.1, RFC 8371 section 3).
inline constexpr std::uint8_t kMnIdNai = 1;
inline constexpr std::uint8_t kMnIdEui48 = 5;

// Compared octet for octet, subtype included, so that CMD and MAARs never disagree
// about which node is meant.
struct MnId {
    std::uint8_t subtype = kMnIdNai;
    std::string identifier;  // octets as on the wire, 1..254

    [[nodiscard]] static MnId nai(std::string_view name) {
        return {.subtype = kMnIdNai, .identifier = std::string(name)};
    }

    [[nodiscard]] static MnId eui48(const LinkLayerAddress& mac);

    friend auto operator<=>(const MnId&, const MnId&) = default;
};

// "alice@example" (NAI), "02:00:00:00:01:01" (EUI-48), else "subtype:hex".
[[nodiscard]] std::string to_text(const MnId& id);
[[nodiscard]] std::optional<MnId> parse_mn_id(std::string_view text);

// An access link of a MAAR, by interface name.
struct AccessLink {
    std::string name;
    friend auto operator<=>(const AccessLink&, const AccessLink&) = default;
};

}  // namespace dmm
