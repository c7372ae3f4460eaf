#include "lib/model/status.h"

#include <set>

#include "tests/support/catch.h"

using namespace dmm;

TEST_CASE("status: names are those of the registry") {
    CHECK(to_text(Status::Accepted) == "ACCEPTED");
    CHECK(to_text(static_cast<Status>(6)) == "PBU_ACCEPTED_TB_IGNORED_SETTINGSMISMATCH");
    CHECK(to_text(static_cast<Status>(7)) == "UNASSIGNED_7");
    CHECK(to_text(static_cast<Status>(127)) == "UNASSIGNED_127");
    CHECK(to_text(Status::ReasonUnspecified) == "REASON_UNSPECIFIED");
    CHECK(to_text(Status::AdministrativelyProhibited) == "ADMINISTRATIVELY_PROHIBITED");
    CHECK(to_text(Status::InsufficientResources) == "INSUFFICIENT_RESOURCES");
    CHECK(to_text(Status::SequenceNumberOutOfWindow) == "SEQUENCE_NUMBER_OUT_OF_WINDOW");
    CHECK(to_text(Status::ForwardingSetupFailed) == "FORWARDING_SETUP_FAILED");
    CHECK(to_text(static_cast<Status>(146)) == "MIPV6_AUTH_FAIL");
    CHECK(to_text(Status::ProxyRegNotEnabled) == "PROXY_REG_NOT_ENABLED");
    CHECK(to_text(Status::NotLmaForThisMobileNode) == "NOT_LMA_FOR_THIS_MOBILE_NODE");
    CHECK(to_text(Status::MagNotAuthorizedForProxyReg) == "MAG_NOT_AUTHORIZED_FOR_PROXY_REG");
    CHECK(to_text(Status::NotAuthorizedForHomeNetworkPrefix) ==
          "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX");
    CHECK(to_text(Status::TimestampMismatch) == "TIMESTAMP_MISMATCH");
    CHECK(to_text(Status::TimestampLowerThanPrevAccepted) == "TIMESTAMP_LOWER_THAN_PREV_ACCEPTED");
    CHECK(to_text(Status::MissingHomeNetworkPrefixOption) == "MISSING_HOME_NETWORK_PREFIX_OPTION");
    CHECK(to_text(Status::BcePbuPrefixSetDoNotMatch) == "BCE_PBU_PREFIX_SET_DO_NOT_MATCH");
    CHECK(to_text(Status::MissingMnIdentifierOption) == "MISSING_MN_IDENTIFIER_OPTION");
    CHECK(to_text(Status::MissingHandoffIndicatorOption) == "MISSING_HANDOFF_INDICATOR_OPTION");
    CHECK(to_text(Status::MissingAccessTechTypeOption) == "MISSING_ACCESS_TECH_TYPE_OPTION");
    CHECK(to_text(static_cast<Status>(174)) == "INVALID_CARE_OF_ADDRESS");
    CHECK(to_text(static_cast<Status>(180)) == "CANNOT_SUPPORT_MULTIPATH_BINDING");
    CHECK(to_text(static_cast<Status>(181)) == "UNASSIGNED_181");
    CHECK(to_text(static_cast<Status>(255)) == "UNASSIGNED_255");
}

TEST_CASE("status: every octet has one name, and the name is read back") {
    std::set<std::string> names;
    for (unsigned code = 0; code < 256; ++code) {
        const auto status = static_cast<Status>(code);
        names.insert(to_text(status));
        CHECK(parse_status(to_text(status)) == status);
        CHECK(parse_status(std::to_string(code)) == status);
        CHECK(is_accepted(status) == (code < 128));
    }
    CHECK(names.size() == 256);
    CHECK_FALSE(parse_status("256"));
    CHECK_FALSE(parse_status("UNASSIGNED_"));
    CHECK_FALSE(parse_status("accepted"));
    CHECK_FALSE(parse_status(""));
}
