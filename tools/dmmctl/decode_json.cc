#include "tools/dmmctl/decode_json.h"

#include <array>
#include <span>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/wire/message_table.h"
#include "lib/wire/option_shape.h"
#include "lib/wire/option_table.h"
#include "lib/wire/option_text.h"

namespace dmm::dmmctl {
namespace {

using Json = nlohmann::ordered_json;
using namespace dmm::wire;  // NOLINT(google-build-using-namespace): this file shows its values.

std::string hex_number(std::uint16_t value, std::size_t octets) {
    Writer out;
    out.u16(value);
    return "0x" + to_hex(out.view().subspan(2 - octets));
}

std::string address_at(ByteView data, std::size_t at) {
    Reader in(data.subspan(at));
    return to_text(Ip6Address(in.take16()));
}

// "02:00:00:00:01:01", whatever the number of octets.
std::string colon_hex(ByteView octets) {
    std::string text;
    for (const std::uint8_t octet : octets) {
        if (!text.empty()) text += ':';
        text += to_hex(ByteView(&octet, 1));
    }
    return text;
}

ByteView octets_of(const std::string& text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to octet view.
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// IANA "Handoff Indicator Option type values".
std::string_view handoff_name(std::uint8_t value) {
    constexpr std::array<std::string_view, 7> kNames{"reserved",
                                                     "new_interface",
                                                     "handoff_between_interfaces",
                                                     "handoff_same_interface",
                                                     "unknown",
                                                     "not_changed",
                                                     "new_interface_sharing_prefixes"};
    return value < kNames.size() ? kNames[value] : "unassigned";
}

// IANA "Access Technology Type Option type values".
std::string_view access_name(std::uint8_t value) {
    constexpr std::array<std::string_view, 14> kNames{"reserved",
                                                      "virtual",
                                                      "ppp",
                                                      "ieee802.3",
                                                      "ieee802.11abg",
                                                      "ieee802.16e",
                                                      "3gpp_geran",
                                                      "3gpp_utran",
                                                      "3gpp_eutran",
                                                      "3gpp2_ehrpd",
                                                      "3gpp2_hrpd",
                                                      "3gpp2_1xrtt",
                                                      "3gpp2_umb",
                                                      "3gpp_nb_iot"};
    return value < kNames.size() ? kNames[value] : "unassigned";
}

// --- Options: `data` is what stands behind Type and Length ----------------------------------

// Reserved octets are worth a word only where a sender has set them.
void show_reserved(Json& o, ByteView octets) {
    std::uint32_t value = 0;
    for (const std::uint8_t octet : octets)
        value = value << 8U | octet;
    if (value != 0) o["reserved"] = value;
}

std::string address_text(const AnyAddress& address) {
    if (const auto* ip6 = std::get_if<Ip6Address>(&address)) return to_text(*ip6);
    return ip4_text(std::get<Ip4Octets>(address));
}

template <OneAddress T>
void show(Json& o, const T& v, ByteView /*data*/) {
    o["address"] = to_text(v.address);
}

// The prefix is shown as sent, bits beyond its length included.
template <OnePrefix T>
void show(Json& o, const T& /*v*/, ByteView data) {
    o["prefix_length"] = data[1];
    o["prefix"] = address_at(data, 2);
    show_reserved(o, data.first(1));
}

void show(Json& o, const BindingRefreshAdvice& v, ByteView /*data*/) {
    o["interval_units"] = v.interval;
    o["interval_seconds"] = lifetime_seconds(v.interval).count();
}

void show(Json& o, const BindingAuthorizationData& v, ByteView /*data*/) {
    o["authenticator_hex"] = to_hex(v.authenticator);
}

void show(Json& o, const MhLinkLayerAddress& v, ByteView /*data*/) {
    o["option_code"] = v.option_code;
    o["address"] = colon_hex(v.address);
}

void show(Json& o, const MnIdentifier& v, ByteView /*data*/) {
    o["subtype"] = v.id.subtype;
    o["identifier_hex"] = to_hex(octets_of(v.id.identifier));
    if (v.id.subtype == kMnIdNai) o["nai"] = v.id.identifier;
}

void show(Json& o, const Authentication& v, ByteView /*data*/) {
    o["subtype"] = v.subtype;
    o["spi"] = v.spi;
    o["authenticator_hex"] = to_hex(v.authenticator);
}

// NTP format: 32 bits of seconds since 1900, 32 bits of fraction.
void show(Json& o, const ReplayProtection& v, ByteView /*data*/) {
    o["ntp_seconds"] = v.timestamp >> 32U;
    o["ntp_fraction"] = v.timestamp & 0xffffffffU;
}

void show(Json& o, const Experimental& v, ByteView /*data*/) {
    o["data_hex"] = to_hex(v.data);
}

void show(Json& o, const VendorSpecific& v, ByteView /*data*/) {
    o["vendor_id"] = v.vendor_id;
    o["sub_type"] = v.sub_type;
    o["data_hex"] = to_hex(v.data);
}

void show(Json& o, const ServiceSelection& v, ByteView /*data*/) {
    o["service"] = v.name;
}

void show(Json& o, const HandoffIndicator& v, ByteView data) {
    const auto value = static_cast<std::uint8_t>(v.value);
    o["hi"] = value;
    o["hi_name"] = handoff_name(value);
    show_reserved(o, data.first(1));
}

void show(Json& o, const AccessTechnologyType& v, ByteView data) {
    o["att"] = v.value;
    o["att_name"] = access_name(v.value);
    show_reserved(o, data.first(1));
}

void show(Json& o, const MnLinkLayerIdentifier& v, ByteView data) {
    o["identifier"] = colon_hex(v.identifier);
    show_reserved(o, data.first(2));
}

void show(Json& o, const Timestamp& v, ByteView /*data*/) {
    o["seconds"] = v.seconds();
    o["fraction_65536"] = v.fraction();
}

void show(Json& o, const RestartCounter& v, ByteView /*data*/) {
    o["counter"] = v.counter;
}

void show(Json& o, const LmaAddress& v, ByteView data) {
    o["option_code"] = v.option_code;
    o["address"] = address_text(v.address);
    show_reserved(o, data.subspan(1, 1));
}

void show(Json& o, const MnLinkLocalInterfaceId& /*v*/, ByteView data) {
    o["interface_id_hex"] = to_hex(data.subspan(2));
    show_reserved(o, data.first(2));
}

void show(Json& o, const RedirectCapability& /*v*/, ByteView data) {
    show_reserved(o, data);
}

void show(Json& o, const Redirect& v, ByteView /*data*/) {
    o["K"] = v.k;
    o["N"] = v.n;
    o["address"] = address_text(v.address);
}

void show(Json& o, const LoadInformation& v, ByteView /*data*/) {
    o["priority"] = v.priority;
    o["sessions_in_use"] = v.sessions_in_use;
    o["max_sessions"] = v.max_sessions;
    o["used_capacity"] = v.used_capacity;
    o["max_capacity"] = v.max_capacity;
}

void show(Json& o, const MnGroupIdentifier& v, ByteView data) {
    o["sub_type"] = v.sub_type;
    o["group_id"] = v.group;
    show_reserved(o, data.subspan(1, 1));
}

void show(Json& o, const MagIpv6Address& v, ByteView data) {
    o["address_length"] = v.address_length;
    o["address"] = to_text(v.address);
    show_reserved(o, data.first(1));
}

void show(Json& o, const PreviousMaar& v, ByteView data) {
    o["prefix_length"] = data[1];
    o["previous_maar"] = to_text(v.address);
    o["prefix"] = address_at(data, 18);
    show_reserved(o, data.first(1));
}

void show(Json& o, const ServingMaar& v, ByteView /*data*/) {
    o["serving_maar"] = to_text(v.address);
}

void show(Json& o, const DlifLinkLayerAddress& v, ByteView data) {
    o["address"] = colon_hex(v.address);
    show_reserved(o, data.first(2));
}

void show(Json& o, const RawOption& v, ByteView /*data*/) {
    o["data_hex"] = to_hex(v.data);
}

Json json_of(const Placed& placed, const Options* options, ByteView bytes) {
    Json o;
    o["offset"] = placed.offset;
    o["type"] = placed.type;
    o["name"] = name_of(placed.type);
    o["total_octets"] = placed.total;
    if (placed.type == kPad1) return o;
    o["length"] = placed.total - 2;
    if (placed.type == kPadN || options == nullptr) return o;
    const ByteView data = bytes.subspan(placed.offset, placed.total).subspan(2);
    std::visit([&](const auto& v) { show(o, v, data); }, (*options)[placed.option]);
    return o;
}

// --- Messages ----------------------------------------------------------------------------

Json flags_object(std::uint16_t flags, std::span<const FlagName> names) {
    Json o = Json::object();
    for (const FlagName& name : names)
        o[std::string(1, name.letter)] = (flags & name.bit) != 0;
    return o;
}

void show_lifetime(Json& o, std::uint16_t units) {
    o["lifetime_units"] = units;
    o["lifetime_seconds"] = lifetime_seconds(units).count();
}

void show(Json& /*o*/, const BindingRefreshRequest& /*m*/) {}

void show(Json& o, const ProxyBindingUpdate& m) {
    o["sequence"] = m.sequence;
    o["flags"] = flags_object(m.flags, kUpdateFlags);
    o["flags_raw"] = hex_number(m.flags, 2);
    show_lifetime(o, m.lifetime);
}

void show(Json& o, const ProxyBindingAck& m) {
    o["status"] = static_cast<std::uint8_t>(m.status);
    o["status_name"] = to_text(m.status);
    o["accepted"] = is_accepted(m.status);
    o["flags"] = flags_object(m.flags, kAckFlags);
    o["flags_raw"] = hex_number(m.flags, 1);
    o["sequence"] = m.sequence;
    show_lifetime(o, m.lifetime);
}

void show(Json& o, const BindingError& m) {
    o["status"] = m.status;
    o["home_address"] = to_text(m.home_address);
}

void show(Json& o, const Heartbeat& m) {
    o["U"] = m.unsolicited;
    o["R"] = m.response;
    o["sequence"] = m.sequence;
}

void show(Json& o, const BindingRevocation& m) {
    o["br_type"] = m.br_type;
    o[m.br_type == 2 ? "status" : "trigger"] = m.trigger_or_status;
    o["sequence"] = m.sequence;
    o["P"] = m.p;
    o["V"] = m.v;
    o["G"] = m.g;
}

void show(Json& o, const LocalizedRoutingInitiation& m) {
    o["sequence"] = m.sequence;
    o["lifetime_seconds"] = m.lifetime;
}

void show(Json& o, const LocalizedRoutingAck& m) {
    o["sequence"] = m.sequence;
    o["U"] = m.unsolicited;
    o["status"] = m.status;
    o["lifetime_seconds"] = m.lifetime;
}

void show(Json& o, const UpdateNotification& m) {
    o["sequence"] = m.sequence;
    o["reason"] = m.reason;
    o["A"] = m.acknowledge;
    o["D"] = m.retransmission;
}

void show(Json& o, const UpdateNotificationAck& m) {
    o["sequence"] = m.sequence;
    o["status"] = m.status;
}

void show(Json& o, const OtherMessage& m) {
    o["data_hex"] = to_hex(m.data);
}

Json json_of(const Header& header) {
    Json o;
    o["payload_proto"] = header.payload_proto;
    o["header_len"] = header.header_len;
    o["type"] = header.type;
    o["type_name"] = mh_type_name(header.type);
    o["reserved"] = header.reserved;
    o["checksum"] = hex_number(header.checksum, 2);
    o["checksum_correct"] = hex_number(header.checksum_correct, 2);
    o["checksum_valid"] = header.checksum == header.checksum_correct;
    return o;
}

std::string_view name_of(Reaction reaction) {
    switch (reaction) {
        case Reaction::Silent:
            return "silent";
        case Reaction::BindingError:
            return "binding_error";
        case Reaction::ParameterProblem:
            return "parameter_problem";
    }
    return {};
}

// One line. Text from a peer need not be UTF-8; what is not is replaced, the hex beside it
// has it exactly.
std::string dumped(const Json& json) {
    return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const wire::Decoded& decoded, ByteView bytes) {
    Json o;
    o["mh"] = json_of(decoded.header);
    Json message = Json::object();
    std::visit([&](const auto& m) { show(message, m); }, decoded.message);
    o["message"] = std::move(message);
    Json options = Json::array();
    const Options* values = options_of(decoded.message);
    for (const Placed& placed : decoded.layout)
        options.push_back(json_of(placed, values, bytes));
    o["options"] = std::move(options);
    return dumped(o);
}

std::string to_json(const wire::DecodeError& error) {
    Json o;
    o["fault"] = wire::name_of(error.fault);
    o["offset"] = error.offset;
    o["option"] = error.option;
    o["text"] = to_text(error);
    o["reaction"] = name_of(reaction_to(error.fault));
    return dumped(Json{{"error", std::move(o)}});
}

}  // namespace dmm::dmmctl
