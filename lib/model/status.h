// Status values of the (Proxy) Binding Acknowledgement. RFC 6275 section 6.1.8, RFC 5213
// section 8.9 and the IANA registry "Status Codes"; below 128 means accepted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dmm {

// The codes that our engines send or react to; any other octet is a legal value too.
enum class Status : std::uint8_t {
    Accepted = 0,
    ReasonUnspecified = 128,
    AdministrativelyProhibited = 129,
    InsufficientResources = 130,
    SequenceNumberOutOfWindow = 135,
    ForwardingSetupFailed = 143,
    ProxyRegNotEnabled = 152,
    NotLmaForThisMobileNode = 153,
    MagNotAuthorizedForProxyReg = 154,
    NotAuthorizedForHomeNetworkPrefix = 155,
    TimestampMismatch = 156,
    TimestampLowerThanPrevAccepted = 157,
    MissingHomeNetworkPrefixOption = 158,
    BcePbuPrefixSetDoNotMatch = 159,
    MissingMnIdentifierOption = 160,
    MissingHandoffIndicatorOption = 161,
    MissingAccessTechTypeOption = 162,
};

[[nodiscard]] constexpr bool is_accepted(Status status) {
    return static_cast<std::uint8_t>(status) < 128;
}

// The registry's name in capitals, "ACCEPTED" for 0; "UNASSIGNED_n" where there is none.
[[nodiscard]] std::string to_text(Status status);
// The inverse of to_text(); also takes the bare number.
[[nodiscard]] std::optional<Status> parse_status(std::string_view text);

}  // namespace dmm
