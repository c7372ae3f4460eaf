#include "lib/wire/option_table.h"

#include <array>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

namespace dmm::wire {
namespace {

template <typename T, std::size_t I = 0>
constexpr std::size_t alternative_index() {
    static_assert(I < std::variant_size_v<Option>, "not an alternative of Option");
    if constexpr (std::is_same_v<T, std::variant_alternative_t<I, Option>>) {
        return I;
    } else {
        return alternative_index<T, I + 1>();
    }
}

constexpr std::size_t kRawAlternative = alternative_index<RawOption>();

// Starts the row of an option that has a C++ type of its own.
template <typename T>
constexpr OptionRule row(std::uint8_t type, std::string_view name, std::string_view key) {
    OptionRule rule;
    rule.type = type;
    rule.name = name;
    rule.key = key;
    rule.alternative = alternative_index<T>();
    return rule;
}

// The row of an option that is known by name and otherwise kept as it came.
constexpr OptionRule named(std::uint8_t type, std::string_view name, Alignment alignment = {}) {
    OptionRule rule = row<RawOption>(type, name, {});
    rule.alignment = alignment;
    return rule;
}

constexpr OptionRule fixed(OptionRule rule, std::uint8_t length, Alignment alignment = {}) {
    rule.length = {.least = length, .most = length};
    rule.alignment = alignment;
    return rule;
}

constexpr OptionRule at_least(OptionRule rule, std::uint8_t length, Alignment alignment = {}) {
    rule.length = {.least = length};
    rule.alignment = alignment;
    return rule;
}

// 18 octets with an IPv6 address, 6 with an IPv4 address.
constexpr OptionRule either_family(OptionRule rule, Alignment alignment = {}) {
    rule.length = {.least = 18, .most = 18, .also = 6};
    rule.alignment = alignment;
    return rule;
}

// RFC 5213 section 8.6 and RFC 8885 section 4.8 ask for "appropriate" alignment only.
constexpr OptionRule link_layer(OptionRule rule) {
    rule = at_least(rule, 2);
    rule.link_layer = true;
    return rule;
}

constexpr OptionRule once(OptionRule rule) {
    rule.once = true;
    return rule;
}

constexpr OptionRule dmm_only(OptionRule rule) {
    rule.dmm_only = true;
    return rule;
}

constexpr Alignment k2n{.x = 2, .y = 0};
constexpr Alignment k4n{.x = 4, .y = 0};
constexpr Alignment k4n1{.x = 4, .y = 1};
constexpr Alignment k4n2{.x = 4, .y = 2};
constexpr Alignment k8n2{.x = 8, .y = 2};
constexpr Alignment k8n4{.x = 8, .y = 4};
constexpr Alignment k8n6{.x = 8, .y = 6};

constexpr std::array<OptionRule, 41> kTable{{
    // RFC 6275 sections 6.2.4, 6.2.5, 6.2.7.
    fixed(row<BindingRefreshAdvice>(2, "binding_refresh_advice", "advice"), 2, k2n),
    once(fixed(row<AlternateCareOfAddress>(3, "alternate_care_of_address", "coa"), 16, k8n6)),
    at_least(row<BindingAuthorizationData>(5, "binding_authorization_data", "bad"), 0, k8n2),
    // RFC 5568 section 6.4.4.
    at_least(row<MhLinkLayerAddress>(7, "mh_link_layer_address", "mhlla"), 1),
    // RFC 4283 section 3. Length 0 is no identifier at all: the message stands, and the
    // engine answers that the option is missing (RFC 5213 section 5.3.1).
    once(at_least(row<MnIdentifier>(8, "mn_identifier", "mn"), 0)),
    // RFC 4285 sections 5 and 6.
    at_least(row<Authentication>(9, "authentication", "auth"), 5, k4n1),
    fixed(row<ReplayProtection>(10, "replay_protection", "mesg"), 8, k8n2),
    // RFC 5096, RFC 5094, RFC 5149.
    at_least(row<Experimental>(18, "experimental", "exp"), 0),
    at_least(row<VendorSpecific>(19, "vendor_specific", "vendor"), 5, k4n2),
    at_least(row<ServiceSelection>(20, "service_selection", "service"), 1),
    // RFC 5213 sections 8.3 to 8.8.
    fixed(row<HomeNetworkPrefix>(22, "home_network_prefix", "hnp"), 18, k8n4),
    once(fixed(row<HandoffIndicator>(23, "handoff_indicator", "hi"), 2)),
    once(fixed(row<AccessTechnologyType>(24, "access_technology_type", "att"), 2)),
    once(link_layer(row<MnLinkLayerIdentifier>(25, "mn_link_layer_identifier", "llid"))),
    once(fixed(row<LinkLocalAddress>(26, "link_local_address", "lla"), 16, k8n6)),
    once(fixed(row<Timestamp>(27, "timestamp", "ts"), 8, k8n2)),
    // RFC 5847 section 3.4.
    fixed(row<RestartCounter>(28, "restart_counter", "restarts"), 4, k4n2),
    // RFC 5844 section 3.
    named(36, "ipv4_home_address_request", k4n),
    named(37, "ipv4_home_address_reply", k4n),
    named(38, "ipv4_default_router_address", k4n),
    named(39, "ipv4_dhcp_support_mode"),
    // RFC 5949 section 6.2.
    either_family(row<LmaAddress>(41, "lma_address", "lma")),
    fixed(row<MnLinkLocalInterfaceId>(42, "mn_ll_address_iid", "iid"), 10),
    // RFC 6463 section 4.
    fixed(row<RedirectCapability>(46, "redirect_capability", "redirect-capability"), 2, k4n),
    either_family(row<Redirect>(47, "redirect", "redirect"), k4n),
    fixed(row<LoadInformation>(48, "load_information", "load"), 18, k4n),
    // RFC 6602, RFC 6705 section 11.1.
    fixed(row<MnGroupIdentifier>(50, "mn_group_identifier", "group"), 6),
    fixed(row<MagIpv6Address>(51, "mag_ipv6_address", "mag"), 18, k8n4),
    // RFC 6757, RFC 7148, RFC 7222, RFC 7389, RFC 8127, RFC 8278.
    named(52, "access_network_identifier", k4n),
    named(55, "delegated_mobile_network_prefix", k8n2),
    named(58, "qos", k4n),
    named(59, "lma_user_plane_address", k8n2),
    named(62, "lma_controlled_mag_parameters", k4n2),
    named(63, "mag_multipath_binding"),
    named(64, "mag_identifier"),
    // RFC 8885 sections 4.3 to 4.8.
    dmm_only(fixed(row<AnchoredPrefix>(65, "anchored_prefix", "anchored"), 18, k8n4)),
    dmm_only(fixed(row<LocalPrefix>(66, "local_prefix", "local"), 18, k8n4)),
    dmm_only(fixed(row<PreviousMaar>(67, "previous_maar", "pmaar"), 34, k8n4)),
    dmm_only(once(fixed(row<ServingMaar>(68, "serving_maar", "smaar"), 16, k8n6))),
    dmm_only(fixed(row<DlifLinkLocalAddress>(69, "dlif_link_local_address", "dlif-ll"), 16, k8n6)),
    dmm_only(link_layer(row<DlifLinkLayerAddress>(70, "dlif_link_layer_address", "dlif-mac"))),
}};

constexpr std::uint8_t kNoRow = std::numeric_limits<std::uint8_t>::max();

// A lookup by number costs one load, whatever the number.
constexpr auto kRowOfType = [] {
    std::array<std::uint8_t, 256> rows{};
    for (auto& r : rows)
        r = kNoRow;
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        rows[kTable[i].type] = static_cast<std::uint8_t>(i);
    }
    return rows;
}();

constexpr auto kRowOfAlternative = [] {
    std::array<std::uint8_t, std::variant_size_v<Option>> rows{};
    for (auto& r : rows)
        r = kNoRow;
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (kTable[i].alternative != kRawAlternative) {
            rows[kTable[i].alternative] = static_cast<std::uint8_t>(i);
        }
    }
    return rows;
}();

// Numbers ascend without repetition, none is padding, and every typed option has its row.
constexpr bool table_is_sound() {
    for (std::size_t i = 1; i < kTable.size(); ++i) {
        if (kTable[i].type <= kTable[i - 1].type) return false;
    }
    for (std::size_t i = 0; i < kRowOfAlternative.size(); ++i) {
        if ((kRowOfAlternative[i] == kNoRow) != (i == kRawAlternative)) return false;
    }
    return kTable[0].type > kPadN;
}

static_assert(table_is_sound());

}  // namespace

const OptionRule* rule_of(std::uint8_t type) {
    const std::uint8_t at = kRowOfType[type];
    return at == kNoRow ? nullptr : &kTable[at];
}

const OptionRule* rule_of(const Option& option) {
    const std::uint8_t at = kRowOfAlternative[option.index()];
    return at == kNoRow ? nullptr : &kTable[at];
}

const OptionRule* rule_with_key(std::string_view key) {
    if (key.empty()) return nullptr;
    for (const OptionRule& rule : kTable) {
        if (rule.key == key) return &rule;
    }
    return nullptr;
}

Alignment alignment_of(std::uint8_t type, std::size_t length) {
    const OptionRule* rule = rule_of(type);
    if (rule == nullptr) return {};
    if (!rule->link_layer) return rule->alignment;
    // The address starts four octets behind the Type octet; one that fills 64-bit words
    // gets a 64-bit boundary, any other (48-bit ones above all) a 32-bit boundary.
    const std::size_t address = length - 2;
    return address != 0 && address % 8 == 0 ? k8n4 : k4n;
}

std::uint8_t type_of(const Option& option) {
    const OptionRule* rule = rule_of(option);
    return rule != nullptr ? rule->type : std::get<RawOption>(option).type;
}

std::string_view name_of(std::uint8_t type) {
    if (type == kPad1) return "pad1";
    if (type == kPadN) return "padn";
    const OptionRule* rule = rule_of(type);
    return rule != nullptr ? rule->name : "unknown";
}

}  // namespace dmm::wire
