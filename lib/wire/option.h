// Mobility options as values (RFC 6275 section 6.2 and the RFCs named at each). Padding is
// not an option here: the encoder makes it, the decoder reports it in the layout.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/model/mobile_node.h"

namespace dmm::wire {

// --- RFC 6275 ---------------------------------------------------------------------------

struct BindingRefreshAdvice {    // 2
    std::uint16_t interval = 0;  // units of 4 s
    friend auto operator<=>(const BindingRefreshAdvice&, const BindingRefreshAdvice&) = default;
};

struct AlternateCareOfAddress {  // 3
    Ip6Address address;
    friend auto operator<=>(const AlternateCareOfAddress&, const AlternateCareOfAddress&) = default;
};

struct BindingAuthorizationData {  // 5; not used by PMIPv6
    Bytes authenticator;
    friend auto operator<=>(const BindingAuthorizationData&,
                            const BindingAuthorizationData&) = default;
};

// --- RFC 5568, 4283, 4285, 5096, 5094, 5149 ------------------------------------------------

struct MhLinkLayerAddress {  // 7
    std::uint8_t option_code = 0;
    Bytes address;
    friend auto operator<=>(const MhLinkLayerAddress&, const MhLinkLayerAddress&) = default;
};

struct MnIdentifier {  // 8; an empty identifier answers a PBU that had none
    MnId id;
    friend auto operator<=>(const MnIdentifier&, const MnIdentifier&) = default;
};

struct Authentication {  // 9
    std::uint8_t subtype = 0;
    std::uint32_t spi = 0;
    Bytes authenticator;
    friend auto operator<=>(const Authentication&, const Authentication&) = default;
};

struct ReplayProtection {         // 10
    std::uint64_t timestamp = 0;  // NTP format
    friend auto operator<=>(const ReplayProtection&, const ReplayProtection&) = default;
};

struct Experimental {  // 18
    Bytes data;
    friend auto operator<=>(const Experimental&, const Experimental&) = default;
};

struct VendorSpecific {  // 19
    std::uint32_t vendor_id = 0;
    std::uint8_t sub_type = 0;
    Bytes data;
    friend auto operator<=>(const VendorSpecific&, const VendorSpecific&) = default;
};

struct ServiceSelection {  // 20
    std::string name;
    friend auto operator<=>(const ServiceSelection&, const ServiceSelection&) = default;
};

// --- RFC 5213 sections 8.3 to 8.8, RFC 5847 ------------------------------------------------

struct HomeNetworkPrefix {  // 22
    Prefix prefix;          // ::/0 asks the LMA to choose
    friend auto operator<=>(const HomeNetworkPrefix&, const HomeNetworkPrefix&) = default;
};

enum class Handoff : std::uint8_t {  // HI values; any octet is legal on the wire
    Reserved = 0,
    NewInterface = 1,
    BetweenInterfaces = 2,
    SameInterface = 3,
    Unknown = 4,
    NotChanged = 5,
    NewInterfaceSharingPrefixes = 6,
};

struct HandoffIndicator {  // 23
    Handoff value = Handoff::Unknown;
    friend auto operator<=>(const HandoffIndicator&, const HandoffIndicator&) = default;
};

struct AccessTechnologyType {  // 24
    std::uint8_t value = 0;
    friend auto operator<=>(const AccessTechnologyType&, const AccessTechnologyType&) = default;
};

struct MnLinkLayerIdentifier {  // 25
    Bytes identifier;
    friend auto operator<=>(const MnLinkLayerIdentifier&, const MnLinkLayerIdentifier&) = default;
};

struct LinkLocalAddress {  // 26
    Ip6Address address;
    friend auto operator<=>(const LinkLocalAddress&, const LinkLocalAddress&) = default;
};

struct Timestamp {  // 27: 48 bits of seconds since 1970, 16 bits of 1/65536 s
    std::uint64_t value = 0;

    // A WallTime before 1970 gives 0.
    [[nodiscard]] static Timestamp of(WallTime wall);

    [[nodiscard]] std::uint64_t seconds() const { return value >> 16U; }

    [[nodiscard]] std::uint16_t fraction() const {
        return static_cast<std::uint16_t>(value & 0xffffU);
    }

    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

struct RestartCounter {  // 28
    std::uint32_t counter = 0;
    friend auto operator<=>(const RestartCounter&, const RestartCounter&) = default;
};

// --- RFC 5949, 6463, 6602, 6705, 6757, 7148, 7222, 7389, 8127, 8278 ------------------------

struct LmaAddress {  // 41
    std::uint8_t option_code = 1;
    std::variant<Ip6Address, std::array<std::uint8_t, 4>> address;
    friend auto operator<=>(const LmaAddress&, const LmaAddress&) = default;
};

struct MnLinkLocalInterfaceId {  // 42
    std::uint64_t interface_id = 0;
    friend auto operator<=>(const MnLinkLocalInterfaceId&, const MnLinkLocalInterfaceId&) = default;
};

struct RedirectCapability {  // 46
    friend auto operator<=>(const RedirectCapability&, const RedirectCapability&) = default;
};

struct Redirect {  // 47
    bool k = false;
    bool n = false;
    std::variant<Ip6Address, std::array<std::uint8_t, 4>> address;
    friend auto operator<=>(const Redirect&, const Redirect&) = default;
};

struct LoadInformation {  // 48
    std::uint16_t priority = 0;
    std::uint32_t sessions_in_use = 0;
    std::uint32_t max_sessions = 0;
    std::uint32_t used_capacity = 0;  // kB/s
    std::uint32_t max_capacity = 0;   // kB/s
    friend auto operator<=>(const LoadInformation&, const LoadInformation&) = default;
};

struct MnGroupIdentifier {  // 50
    std::uint8_t sub_type = 1;
    std::uint32_t group = 0;
    friend auto operator<=>(const MnGroupIdentifier&, const MnGroupIdentifier&) = default;
};

struct MagIpv6Address {  // 51
    std::uint8_t address_length = 128;
    Ip6Address address;
    friend auto operator<=>(const MagIpv6Address&, const MagIpv6Address&) = default;
};

// --- RFC 8885 sections 4.3 to 4.8 ----------------------------------------------------------

struct AnchoredPrefix {  // 65
    Prefix prefix;
    friend auto operator<=>(const AnchoredPrefix&, const AnchoredPrefix&) = default;
};

struct LocalPrefix {  // 66
    Prefix prefix;
    friend auto operator<=>(const LocalPrefix&, const LocalPrefix&) = default;
};

struct PreviousMaar {  // 67
    Ip6Address address;
    Prefix prefix;
    friend auto operator<=>(const PreviousMaar&, const PreviousMaar&) = default;
};

struct ServingMaar {  // 68
    Ip6Address address;
    friend auto operator<=>(const ServingMaar&, const ServingMaar&) = default;
};

struct DlifLinkLocalAddress {  // 69
    Ip6Address address;
    friend auto operator<=>(const DlifLinkLocalAddress&, const DlifLinkLocalAddress&) = default;
};

struct DlifLinkLayerAddress {  // 70
    Bytes address;
    friend auto operator<=>(const DlifLinkLayerAddress&, const DlifLinkLayerAddress&) = default;
};

// An option whose data this program does not look into: kept as it came.
struct RawOption {
    std::uint8_t type = 0;  // never 0 or 1 (padding)
    Bytes data;             // at most 255 octets
    friend auto operator<=>(const RawOption&, const RawOption&) = default;
};

using Option = std::variant<BindingRefreshAdvice,
                            AlternateCareOfAddress,
                            BindingAuthorizationData,
                            MhLinkLayerAddress,
                            MnIdentifier,
                            Authentication,
                            ReplayProtection,
                            Experimental,
                            VendorSpecific,
                            ServiceSelection,
                            HomeNetworkPrefix,
                            HandoffIndicator,
                            AccessTechnologyType,
                            MnLinkLayerIdentifier,
                            LinkLocalAddress,
                            Timestamp,
                            RestartCounter,
                            LmaAddress,
                            MnLinkLocalInterfaceId,
                            RedirectCapability,
                            Redirect,
                            LoadInformation,
                            MnGroupIdentifier,
                            MagIpv6Address,
                            AnchoredPrefix,
                            LocalPrefix,
                            PreviousMaar,
                            ServingMaar,
                            DlifLinkLocalAddress,
                            DlifLinkLayerAddress,
                            RawOption>;

// In the order of the wire: RFC 8885 options 66, 69 and 70 say by their place which anchor
// they describe.
using Options = std::vector<Option>;

// The first option of that type, or nullptr.
template <typename T>
[[nodiscard]] const T* find(const Options& options) {
    const auto it = std::find_if(options.begin(), options.end(), [](const Option& option) {
        return std::holds_alternative<T>(option);
    });
    return it == options.end() ? nullptr : &std::get<T>(*it);
}

template <typename T>
[[nodiscard]] std::vector<T> all(const Options& options) {
    std::vector<T> found;
    for (const Option& option : options) {
        if (const T* typed = std::get_if<T>(&option)) found.push_back(*typed);
    }
    return found;
}

// The option's Type octet and its name as in the golden vectors ("home_network_prefix";
// "unknown" for a number without a row in the table).
[[nodiscard]] std::uint8_t type_of(const Option& option);
[[nodiscard]] std::string_view name_of(std::uint8_t type);

}  // namespace dmm::wire
