// Mobility options, from values to octets.
#include <string>
#include <variant>

#include "lib/wire/option_codec.h"
#include "lib/wire/option_shape.h"

namespace dmm::wire {
namespace {

void put_text(Writer& out, const std::string& text) {
    for (const char c : text)
        out.u8(static_cast<std::uint8_t>(c));
}

void write_any_address(const AnyAddress& address, Writer& out) {
    if (const auto* ip6 = std::get_if<Ip6Address>(&address)) {
        out.put(ip6->octets());
    } else {
        out.put(std::get<Ip4Octets>(address));
    }
}

void write(const BindingRefreshAdvice& o, Writer& out) {
    out.u16(o.interval);
}

void write(const BindingAuthorizationData& o, Writer& out) {
    out.put(o.authenticator);
}

void write(const MhLinkLayerAddress& o, Writer& out) {
    out.u8(o.option_code);
    out.put(o.address);
}

void write(const MnIdentifier& o, Writer& out) {
    out.u8(o.id.subtype);
    put_text(out, o.id.identifier);
}

void write(const Authentication& o, Writer& out) {
    out.u8(o.subtype);
    out.u32(o.spi);
    out.put(o.authenticator);
}

void write(const ReplayProtection& o, Writer& out) {
    out.u64(o.timestamp);
}

void write(const Experimental& o, Writer& out) {
    out.put(o.data);
}

void write(const VendorSpecific& o, Writer& out) {
    out.u32(o.vendor_id);
    out.u8(o.sub_type);
    out.put(o.data);
}

void write(const ServiceSelection& o, Writer& out) {
    put_text(out, o.name);
}

void write(const HandoffIndicator& o, Writer& out) {
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(o.value));
}

void write(const AccessTechnologyType& o, Writer& out) {
    out.u8(0);
    out.u8(o.value);
}

void write(const MnLinkLayerIdentifier& o, Writer& out) {
    out.u16(0);
    out.put(o.identifier);
}

void write(const Timestamp& o, Writer& out) {
    out.u64(o.value);
}

void write(const RestartCounter& o, Writer& out) {
    out.u32(o.counter);
}

void write(const LmaAddress& o, Writer& out) {
    out.u8(o.option_code);
    out.u8(0);
    write_any_address(o.address, out);
}

void write(const MnLinkLocalInterfaceId& o, Writer& out) {
    out.u16(0);
    out.u64(o.interface_id);
}

void write(const RedirectCapability& /*o*/, Writer& out) {
    out.u16(0);
}

void write(const Redirect& o, Writer& out) {
    out.u16(static_cast<std::uint16_t>((o.k ? kRedirectK : 0U) | (o.n ? kRedirectN : 0U)));
    write_any_address(o.address, out);
}

void write(const LoadInformation& o, Writer& out) {
    out.u16(o.priority);
    out.u32(o.sessions_in_use);
    out.u32(o.max_sessions);
    out.u32(o.used_capacity);
    out.u32(o.max_capacity);
}

void write(const MnGroupIdentifier& o, Writer& out) {
    out.u8(o.sub_type);
    out.u8(0);
    out.u32(o.group);
}

void write(const MagIpv6Address& o, Writer& out) {
    out.u8(0);
    out.u8(o.address_length);
    out.put(o.address.octets());
}

template <OneAddress T>
void write(const T& o, Writer& out) {
    out.put(o.address.octets());
}

template <OnePrefix T>
void write(const T& o, Writer& out) {
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(o.prefix.length()));
    out.put(o.prefix.address().octets());
}

void write(const PreviousMaar& o, Writer& out) {
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(o.prefix.length()));
    out.put(o.address.octets());
    out.put(o.prefix.address().octets());
}

void write(const DlifLinkLayerAddress& o, Writer& out) {
    out.u16(0);
    out.put(o.address);
}

void write(const RawOption& o, Writer& out) {
    out.put(o.data);
}

}  // namespace

void write_option_data(const Option& option, Writer& out) {
    std::visit([&](const auto& o) { write(o, out); }, option);
}

}  // namespace dmm::wire
