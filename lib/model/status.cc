#include "lib/model/status.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "lib/base/text.h"

namespace dmm {
namespace {

// The registry fills two runs without a gap: from 0 and from 128.
constexpr std::array<std::string_view, 7> kAccepted{
    "ACCEPTED",
    "ACCEPTED_BUT_PREFIX_DISCOVERY_NECESSARY",
    "GRE_KEY_OPTION_NOT_REQUIRED",
    "GRE_TUNNELING_BUT_TLV_HEADER_NOT_SUPPORTED",
    "MCOA_NOTCOMPLETE",
    "MCOA_RETURNHOME_WO_NDP",
    "PBU_ACCEPTED_TB_IGNORED_SETTINGSMISMATCH",
};

constexpr std::size_t kFirstRejection = 128;

constexpr std::array<std::string_view, 53> kRejected{
    "REASON_UNSPECIFIED",
    "ADMINISTRATIVELY_PROHIBITED",
    "INSUFFICIENT_RESOURCES",
    "HOME_REGISTRATION_NOT_SUPPORTED",
    "NOT_HOME_SUBNET",
    "NOT_HOME_AGENT_FOR_THIS_MOBILE_NODE",
    "DUPLICATE_ADDRESS_DETECTION_FAILED",
    "SEQUENCE_NUMBER_OUT_OF_WINDOW",
    "EXPIRED_HOME_NONCE_INDEX",
    "EXPIRED_CARE_OF_NONCE_INDEX",
    "EXPIRED_NONCES",
    "REGISTRATION_TYPE_CHANGE_DISALLOWED",
    "MOBILE_ROUTER_OPERATION_NOT_PERMITTED",
    "INVALID_PREFIX",
    "NOT_AUTHORIZED_FOR_PREFIX",
    "FORWARDING_SETUP_FAILED",
    "MIPV6_ID_MISMATCH",
    "MIPV6_MESG_ID_REQD",
    "MIPV6_AUTH_FAIL",
    "PERMANENT_HOME_KEYGEN_TOKEN_UNAVAILABLE",
    "CGA_AND_SIGNATURE_VERIFICATION_FAILED",
    "PERMANENT_HOME_KEYGEN_TOKEN_EXISTS",
    "NON_NULL_HOME_NONCE_INDEX_EXPECTED",
    "SERVICE_AUTHORIZATION_FAILED",
    "PROXY_REG_NOT_ENABLED",
    "NOT_LMA_FOR_THIS_MOBILE_NODE",
    "MAG_NOT_AUTHORIZED_FOR_PROXY_REG",
    "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX",
    "TIMESTAMP_MISMATCH",
    "TIMESTAMP_LOWER_THAN_PREV_ACCEPTED",
    "MISSING_HOME_NETWORK_PREFIX_OPTION",
    "BCE_PBU_PREFIX_SET_DO_NOT_MATCH",
    "MISSING_MN_IDENTIFIER_OPTION",
    "MISSING_HANDOFF_INDICATOR_OPTION",
    "MISSING_ACCESS_TECH_TYPE_OPTION",
    "GRE_KEY_OPTION_REQUIRED",
    "MCOA_MALFORMED",
    "MCOA_NON_MCOA_BINDING_EXISTS",
    "MCOA_PROHIBITED",
    "MCOA_UNKNOWN_COA",
    "MCOA_BULK_REGISTRATION_PROHIBITED",
    "MCOA_SIMULTANEOUS_HOME_AND_FOREIGN_PROHIBITED",
    "NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE",
    "NOT_AUTHORIZED_FOR_IPV4_HOME_ADDRESS",
    "NOT_AUTHORIZED_FOR_IPV6_MOBILITY_SERVICE",
    "MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED",
    "INVALID_CARE_OF_ADDRESS",
    "INVALID_MOBILE_NODE_GROUP_IDENTIFIER",
    "REINIT_SA_WITH_HAC",
    "NOT_AUTHORIZED_FOR_DELEGATED_MNP",
    "REQUESTED_DMNP_IN_USE",
    "CANNOT_MEET_QOS_SERVICE_REQUEST",
    "CANNOT_SUPPORT_MULTIPATH_BINDING",
};

constexpr std::string_view kUnassigned = "UNASSIGNED_";

template <std::size_t N>
std::optional<Status> find_in(const std::array<std::string_view, N>& names,
                              std::size_t first,
                              std::string_view text) {
    const auto at = std::find(names.begin(), names.end(), text);
    if (at == names.end()) return std::nullopt;
    return static_cast<Status>(first + static_cast<std::size_t>(at - names.begin()));
}

}  // namespace

std::string to_text(Status status) {
    const std::size_t code = static_cast<std::uint8_t>(status);
    if (code < kAccepted.size()) return std::string(kAccepted[code]);
    if (code >= kFirstRejection && code - kFirstRejection < kRejected.size()) {
        return std::string(kRejected[code - kFirstRejection]);
    }
    return std::string(kUnassigned) + std::to_string(code);
}

std::optional<Status> parse_status(std::string_view text) {
    if (const auto accepted = find_in(kAccepted, 0, text)) return accepted;
    if (const auto rejected = find_in(kRejected, kFirstRejection, text)) return rejected;
    if (text.starts_with(kUnassigned)) text.remove_prefix(kUnassigned.size());
    const auto code = parse_number<std::uint8_t>(text);
    if (!code) return std::nullopt;
    return static_cast<Status>(*code);
}

}  // namespace dmm
