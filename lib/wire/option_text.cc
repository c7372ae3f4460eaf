#include "lib/wire/option_text.h"

#include <initializer_list>
#include <type_traits>
#include <variant>

#include "lib/base/text.h"
#include "lib/wire/option_shape.h"
#include "lib/wire/option_table.h"
#include "lib/wire/text.h"

namespace dmm::wire {
namespace {

std::string address_text(const AnyAddress& address) {
    if (const auto* ip6 = std::get_if<Ip6Address>(&address)) return to_text(*ip6);
    return ip4_text(std::get<Ip4Octets>(address));
}

std::string hex64(std::uint64_t value) {
    Writer out;
    out.u64(value);
    return to_hex(out.view());
}

std::string joined(std::initializer_list<std::string> parts) {
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += ',';
        text += part;
    }
    return text;
}

std::string value(const BindingRefreshAdvice& o) {
    return std::to_string(o.interval);
}

std::string value(const BindingAuthorizationData& o) {
    return to_hex(o.authenticator);
}

std::string value(const MhLinkLayerAddress& o) {
    return joined({std::to_string(o.option_code), link_layer_text(o.address)});
}

std::string value(const MnIdentifier& o) {
    return to_text(o.id);
}

std::string value(const Authentication& o) {
    return joined({std::to_string(o.subtype), std::to_string(o.spi), to_hex(o.authenticator)});
}

std::string value(const ReplayProtection& o) {
    return hex64(o.timestamp);
}

std::string value(const Experimental& o) {
    return to_hex(o.data);
}

std::string value(const VendorSpecific& o) {
    return joined({std::to_string(o.vendor_id), std::to_string(o.sub_type), to_hex(o.data)});
}

std::string value(const ServiceSelection& o) {
    return o.name;
}

std::string value(const HandoffIndicator& o) {
    return std::to_string(static_cast<unsigned>(o.value));
}

std::string value(const AccessTechnologyType& o) {
    return std::to_string(o.value);
}

std::string value(const MnLinkLayerIdentifier& o) {
    return link_layer_text(o.identifier);
}

// Seconds, and 1/65536 of a second where there are any: exact, unlike a decimal fraction.
std::string value(const Timestamp& o) {
    std::string text = std::to_string(o.seconds());
    if (o.fraction() != 0) text += '+' + std::to_string(o.fraction()) + "/65536";
    return text;
}

std::string value(const RestartCounter& o) {
    return std::to_string(o.counter);
}

std::string value(const LmaAddress& o) {
    return joined({std::to_string(o.option_code), address_text(o.address)});
}

std::string value(const MnLinkLocalInterfaceId& o) {
    return hex64(o.interface_id);
}

std::string value(const RedirectCapability& /*o*/) {
    return {};
}

std::string value(const Redirect& o) {
    const std::string flags = std::string(o.k ? "K" : "") + (o.n ? "N" : "");
    return joined({flags.empty() ? "-" : flags, address_text(o.address)});
}

std::string value(const LoadInformation& o) {
    return joined({std::to_string(o.priority),
                   std::to_string(o.sessions_in_use),
                   std::to_string(o.max_sessions),
                   std::to_string(o.used_capacity),
                   std::to_string(o.max_capacity)});
}

std::string value(const MnGroupIdentifier& o) {
    return joined({std::to_string(o.sub_type), std::to_string(o.group)});
}

std::string value(const MagIpv6Address& o) {
    return joined({std::to_string(o.address_length), to_text(o.address)});
}

std::string value(const PreviousMaar& o) {
    return joined({to_text(o.address), to_text(o.prefix)});
}

std::string value(const DlifLinkLayerAddress& o) {
    return link_layer_text(o.address);
}

std::string value(const RawOption& o) {
    return joined({std::to_string(o.type), to_hex(o.data)});
}

template <OneAddress T>
std::string value(const T& o) {
    return to_text(o.address);
}

template <OnePrefix T>
std::string value(const T& o) {
    return to_text(o.prefix);
}

}  // namespace

std::string link_layer_text(ByteView octets) {
    if (const auto mac = LinkLayerAddress::from(octets)) return to_text(*mac);
    return to_hex(octets);
}

std::string ip4_text(const std::array<std::uint8_t, 4>& address) {
    std::string text;
    for (const std::uint8_t octet : address) {
        if (!text.empty()) text += '.';
        text += std::to_string(octet);
    }
    return text;
}

std::string option_text(const Option& option) {
    const OptionRule* rule = rule_of(option);
    const std::string_view key = rule != nullptr ? rule->key : kRawOptionKey;
    if (std::holds_alternative<RedirectCapability>(option)) return std::string(key);
    const std::string text = std::visit([](const auto& o) { return value(o); }, option);
    return std::string(key) + '=' + quoted(text);
}

}  // namespace dmm::wire
