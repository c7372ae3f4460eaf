// The text form of options, read back.
#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/wire/option_shape.h"
#include "lib/wire/option_table.h"
#include "lib/wire/option_text.h"

namespace dmm::wire {
namespace {

// The parts of "a,b,c" one after the other. What cannot be read marks the whole as bad.
class Parts {
public:
    explicit Parts(std::string_view text) : rest_(text) {}

    [[nodiscard]] std::string_view next() {
        if (ended_) good_ = false;
        const auto comma = rest_.find(',');
        const std::string_view part = rest_.substr(0, comma);
        ended_ = comma == std::string_view::npos;
        rest_ = ended_ ? std::string_view{} : rest_.substr(comma + 1);
        return part;
    }

    template <std::integral T>
    void number(T& out) {
        take(parse_number<T>(next()), out);
    }

    void address(Ip6Address& out) { take(Ip6Address::parse(next()), out); }

    void prefix(Prefix& out) { take(Prefix::parse(next()), out); }

    void hex(Bytes& out) { take(parse_hex(next()), out); }

    void hex64(std::uint64_t& out) {
        Bytes octets;
        hex(octets);
        if (octets.size() != 8) good_ = false;
        Reader in(octets);
        out = in.u64();
    }

    void link_layer(Bytes& out) {
        const std::string_view part = next();
        if (const auto mac = LinkLayerAddress::parse(part)) {
            out.assign(mac->octets().begin(), mac->octets().end());
        } else {
            take(parse_hex(part), out);
        }
    }

    void any_address(AnyAddress& out) {
        const std::string_view part = next();
        if (const auto ip6 = Ip6Address::parse(part)) {
            out = *ip6;
        } else {
            take(parse_ip4(part), out);
        }
    }

    void fail() { good_ = false; }

    [[nodiscard]] bool good() const { return good_ && ended_; }

private:
    template <typename From, typename To>
    void take(std::optional<From> parsed, To& out) {
        if (parsed) {
            out = std::move(*parsed);
        } else {
            good_ = false;
        }
    }

    static std::optional<Ip4Octets> parse_ip4(std::string_view text) {
        Ip4Octets octets{};
        for (std::size_t i = 0; i < octets.size(); ++i) {
            const auto dot = text.find('.');
            if ((dot == std::string_view::npos) != (i + 1 == octets.size())) return std::nullopt;
            const auto octet = parse_number<std::uint8_t>(text.substr(0, dot));
            if (!octet) return std::nullopt;
            octets[i] = *octet;
            if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
        }
        return octets;
    }

    std::string_view rest_;
    bool ended_ = false;
    bool good_ = true;
};

void parse(Parts& in, BindingRefreshAdvice& o) {
    in.number(o.interval);
}

void parse(Parts& in, BindingAuthorizationData& o) {
    in.hex(o.authenticator);
}

void parse(Parts& in, MhLinkLayerAddress& o) {
    in.number(o.option_code);
    in.link_layer(o.address);
}

void parse(Parts& in, Authentication& o) {
    in.number(o.subtype);
    in.number(o.spi);
    in.hex(o.authenticator);
}

void parse(Parts& in, ReplayProtection& o) {
    in.hex64(o.timestamp);
}

void parse(Parts& in, Experimental& o) {
    in.hex(o.data);
}

void parse(Parts& in, VendorSpecific& o) {
    in.number(o.vendor_id);
    in.number(o.sub_type);
    in.hex(o.data);
}

void parse(Parts& in, HandoffIndicator& o) {
    std::uint8_t octet = 0;
    in.number(octet);
    o.value = static_cast<Handoff>(octet);
}

void parse(Parts& in, AccessTechnologyType& o) {
    in.number(o.value);
}

void parse(Parts& in, MnLinkLayerIdentifier& o) {
    in.link_layer(o.identifier);
}

void parse(Parts& in, Timestamp& o) {
    constexpr std::string_view kUnit = "/65536";
    std::string_view text = in.next();
    const auto plus = text.find('+');
    const auto seconds =
        parse_number<std::uint64_t>(text.substr(0, plus), 0, (std::uint64_t{1} << 48U) - 1);
    std::optional<std::uint16_t> fraction = 0;
    if (plus != std::string_view::npos) {
        text.remove_prefix(plus + 1);
        if (!text.ends_with(kUnit)) {
            in.fail();
            return;
        }
        text.remove_suffix(kUnit.size());
        fraction = parse_number<std::uint16_t>(text);
    }
    if (seconds && fraction) {
        o.value = *seconds << 16U | *fraction;
    } else {
        in.fail();
    }
}

void parse(Parts& in, RestartCounter& o) {
    in.number(o.counter);
}

void parse(Parts& in, LmaAddress& o) {
    in.number(o.option_code);
    in.any_address(o.address);
}

void parse(Parts& in, MnLinkLocalInterfaceId& o) {
    in.hex64(o.interface_id);
}

void parse(Parts& in, RedirectCapability& /*o*/) {
    if (!in.next().empty()) in.fail();
}

void parse(Parts& in, Redirect& o) {
    const std::string_view flags = in.next();
    o.k = flags.starts_with('K');
    o.n = flags.ends_with('N');
    if (flags != "K" && flags != "N" && flags != "KN" && flags != "-") in.fail();
    in.any_address(o.address);
}

void parse(Parts& in, LoadInformation& o) {
    in.number(o.priority);
    in.number(o.sessions_in_use);
    in.number(o.max_sessions);
    in.number(o.used_capacity);
    in.number(o.max_capacity);
}

void parse(Parts& in, MnGroupIdentifier& o) {
    in.number(o.sub_type);
    in.number(o.group);
}

void parse(Parts& in, MagIpv6Address& o) {
    in.number(o.address_length);
    in.address(o.address);
}

void parse(Parts& in, PreviousMaar& o) {
    in.address(o.address);
    in.prefix(o.prefix);
}

void parse(Parts& in, DlifLinkLayerAddress& o) {
    in.link_layer(o.address);
}

void parse(Parts& in, RawOption& o) {
    in.number(o.type);
    in.hex(o.data);
}

template <OneAddress T>

void parse(Parts& in, T& o) {
    in.address(o.address);
}

template <OnePrefix T>

void parse(Parts& in, T& o) {
    in.prefix(o.prefix);
}

template <typename T>
bool parse_into(std::string_view text, Options& out) {
    T& option = std::get<T>(out.emplace_back(std::in_place_type<T>));
    // These two are free text, commas included.
    if constexpr (std::is_same_v<T, MnIdentifier>) {
        const auto id = parse_mn_id(text);
        if (id) option.id = *id;
        return id.has_value();
    } else if constexpr (std::is_same_v<T, ServiceSelection>) {
        option.name = text;
        return true;
    } else {
        Parts parts(text);
        parse(parts, option);
        return parts.good();
    }
}

using ParseInto = bool (*)(std::string_view text, Options& out);

// One parser for each alternative of Option, in the order of the variant.
constexpr auto kParsers = []<std::size_t... I>(std::index_sequence<I...> /*all*/) {
    return std::array<ParseInto, sizeof...(I)>{
        parse_into<std::variant_alternative_t<I, Option>>...};
}
(std::make_index_sequence<std::variant_size_v<Option>>{});

}  // namespace

bool parse_option(std::string_view word, Options& out) {
    const auto equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string_view text =
        equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    if (key == kRawOptionKey) return kParsers.back()(text, out);
    const OptionRule* rule = rule_with_key(key);
    return rule != nullptr && kParsers[rule->alternative](text, out);
}

}  // namespace dmm::wire
