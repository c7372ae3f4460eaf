// Mobility options, from octets to values.
#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "lib/base/assert.h"
#include "lib/wire/option_codec.h"
#include "lib/wire/option_shape.h"
#include "lib/wire/option_table.h"

namespace dmm::wire {
namespace {

Bytes bytes_of(ByteView view) {
    return {view.begin(), view.end()};
}

std::string string_of(ByteView view) {
    return {view.begin(), view.end()};
}

Ip6Address read_address(Reader& in) {
    return Ip6Address(in.take16());
}

// Bits beyond the prefix length are the sender's slip and are cleared: RFC 8885 sections 4.3
// to 4.5 say that only the leading ones count.
bool read_prefix(std::uint8_t length, Reader& in, Prefix& out) {
    if (length > 128) return false;
    out = Prefix(read_address(in), length);
    return true;
}

// The family follows from the Length, which the option table has judged.
AnyAddress read_any_address(Reader& in) {
    if (in.left() == 16) return read_address(in);
    Ip4Octets ip4{};
    for (std::uint8_t& octet : ip4)
        octet = in.u8();
    return ip4;
}

void read(Reader& in, BindingRefreshAdvice& o) {
    o.interval = in.u16();
}

void read(Reader& in, BindingAuthorizationData& o) {
    o.authenticator = bytes_of(in.rest());
}

void read(Reader& in, MhLinkLayerAddress& o) {
    o.option_code = in.u8();
    o.address = bytes_of(in.rest());
}

void read(Reader& in, MnIdentifier& o) {
    o.id.subtype = in.u8();
    o.id.identifier = string_of(in.rest());
}

void read(Reader& in, Authentication& o) {
    o.subtype = in.u8();
    o.spi = in.u32();
    o.authenticator = bytes_of(in.rest());
}

void read(Reader& in, ReplayProtection& o) {
    o.timestamp = in.u64();
}

void read(Reader& in, Experimental& o) {
    o.data = bytes_of(in.rest());
}

void read(Reader& in, VendorSpecific& o) {
    o.vendor_id = in.u32();
    o.sub_type = in.u8();
    o.data = bytes_of(in.rest());
}

void read(Reader& in, ServiceSelection& o) {
    o.name = string_of(in.rest());
}

void read(Reader& in, HandoffIndicator& o) {
    in.skip(1);
    o.value = static_cast<Handoff>(in.u8());
}

void read(Reader& in, AccessTechnologyType& o) {
    in.skip(1);
    o.value = in.u8();
}

void read(Reader& in, MnLinkLayerIdentifier& o) {
    in.skip(2);
    o.identifier = bytes_of(in.rest());
}

void read(Reader& in, Timestamp& o) {
    o.value = in.u64();
}

void read(Reader& in, RestartCounter& o) {
    o.counter = in.u32();
}

void read(Reader& in, LmaAddress& o) {
    o.option_code = in.u8();
    in.skip(1);
    o.address = read_any_address(in);
}

void read(Reader& in, MnLinkLocalInterfaceId& o) {
    in.skip(2);
    o.interface_id = in.u64();
}

void read(Reader& in, RedirectCapability& /*o*/) {
    in.skip(2);
}

void read(Reader& in, Redirect& o) {
    const std::uint16_t flags = in.u16();
    o.k = (flags & kRedirectK) != 0;
    o.n = (flags & kRedirectN) != 0;
    o.address = read_any_address(in);
}

void read(Reader& in, LoadInformation& o) {
    o.priority = in.u16();
    o.sessions_in_use = in.u32();
    o.max_sessions = in.u32();
    o.used_capacity = in.u32();
    o.max_capacity = in.u32();
}

void read(Reader& in, MnGroupIdentifier& o) {
    o.sub_type = in.u8();
    in.skip(1);
    o.group = in.u32();
}

void read(Reader& in, MagIpv6Address& o) {
    in.skip(1);
    o.address_length = in.u8();
    o.address = read_address(in);
}

template <OneAddress T>
void read(Reader& in, T& o) {
    o.address = read_address(in);
}

template <OnePrefix T>
bool read(Reader& in, T& o) {
    in.skip(1);
    const std::uint8_t length = in.u8();
    return read_prefix(length, in, o.prefix);
}

bool read(Reader& in, PreviousMaar& o) {
    in.skip(1);
    const std::uint8_t length = in.u8();
    o.address = read_address(in);
    return read_prefix(length, in, o.prefix);
}

void read(Reader& in, DlifLinkLayerAddress& o) {
    in.skip(2);
    o.address = bytes_of(in.rest());
}

void read(Reader& in, RawOption& o) {
    o.data = bytes_of(in.rest());
}

// False only for a prefix that cannot be.
template <typename T>
bool read_into(ByteView data, Options& out) {
    Reader in(data);
    T& option = std::get<T>(out.emplace_back(std::in_place_type<T>));
    if constexpr (std::is_void_v<decltype(read(in, option))>) {
        read(in, option);
        return true;
    } else {
        return read(in, option);
    }
}

using ReadInto = bool (*)(ByteView data, Options& out);

// One reader for each alternative of Option, in the order of the variant.
constexpr auto kReaders = []<std::size_t... I>(std::index_sequence<I...> /*all*/) {
    return std::array<ReadInto, sizeof...(I)>{read_into<std::variant_alternative_t<I, Option>>...};
}
(std::make_index_sequence<std::variant_size_v<Option>>{});

}  // namespace

bool read_option(std::uint8_t type, ByteView data, Options& out) {
    const OptionRule* rule = rule_of(type);
    DMM_ASSERT(rule == nullptr || rule->length.allows(data.size()));
    const std::size_t alternative = rule == nullptr ? kReaders.size() - 1 : rule->alternative;
    if (!kReaders[alternative](data, out)) return false;
    // An MN Identifier without even a subtype names nobody; it is kept to be seen, and
    // find<MnIdentifier>() does not meet it.
    if (data.empty() && std::holds_alternative<MnIdentifier>(out.back())) out.back() = RawOption{};
    if (auto* raw = std::get_if<RawOption>(&out.back())) raw->type = type;
    return true;
}

}  // namespace dmm::wire
