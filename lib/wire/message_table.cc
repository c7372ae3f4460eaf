#include "lib/wire/message_table.h"

#include <array>

#include "lib/wire/message.h"

namespace dmm::wire {
namespace {

// Indexed by MH Type; the registry has no gap.
constexpr std::array<MhRule, 24> kRules{{
    {"BRR", 0},                    // 0, RFC 6275 section 6.1.2
    {"HOTI", 1},                   // 1
    {"COTI", 1},                   // 2
    {"HOT", 2},                    // 3
    {"COT", 2},                    // 4
    {"BU", 1},                     // 5, RFC 6275 section 6.1.7, RFC 5213 section 8.1
    {"BA", 1},                     // 6, RFC 6275 section 6.1.8, RFC 5213 section 8.2
    {"BE", 2},                     // 7, RFC 6275 section 6.1.9
    {"FBU", 0},                    // 8, RFC 5568
    {"FBACK", 0},                  // 9
    {"FNA", 0},                    // 10, deprecated
    {"EXPERIMENTAL", 0},           // 11, RFC 5096
    {"HOME_AGENT_SWITCH", 0},      // 12, RFC 5142
    {"HEARTBEAT", 1},              // 13, RFC 5847 section 3.3
    {"HI", 0},                     // 14, RFC 5568
    {"HACK", 0},                   // 15
    {"BINDING_REVOCATION", 1},     // 16, RFC 5846 section 5
    {"LRI", 1},                    // 17, RFC 6705 section 10.1
    {"LRA", 1},                    // 18, RFC 6705 section 10.2
    {"UPN", 1},                    // 19, RFC 7077 section 4.1
    {"UPA", 1},                    // 20, RFC 7077 section 4.2
    {"FLOW_BINDING", 0},           // 21, RFC 7109
    {"SUBSCRIPTION_QUERY", 0},     // 22, RFC 7161
    {"SUBSCRIPTION_RESPONSE", 0},  // 23
}};

}  // namespace

const MhRule* mh_rule_of(std::uint8_t type) {
    return type < kRules.size() ? &kRules[type] : nullptr;
}

std::string_view mh_type_name(std::uint8_t type) {
    const MhRule* rule = mh_rule_of(type);
    return rule != nullptr ? rule->name : "UNKNOWN";
}

}  // namespace dmm::wire
