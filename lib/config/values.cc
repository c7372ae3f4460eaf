#include "lib/config/values.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "lib/base/text.h"

namespace dmm::config {
namespace {

using dmm::to_text;

std::string remedy(const Kind& kind) {
    return "give " + std::string(kind.noun) + " like " + std::string(kind.example);
}

std::unexpected<std::string> wrong(const Value& value, std::string_view what) {
    return std::unexpected(found(value) + ' ' + std::string(what));
}

std::unexpected<std::string> is_not(const Value& value, const Kind& kind) {
    return wrong(
        value, "is not " + std::string(kind.noun) + "; give one like " + std::string(kind.example));
}

const std::string* string_in(const Value& value) {
    return std::get_if<std::string>(&value.data);
}

// What an address is when it is no unicast address that other routers can reach.
std::string_view unfit(const Ip6Address& address) {
    if (address.is_unspecified()) return "is the unspecified address";
    if (address.is_loopback()) return "is the loopback address";
    if (address.is_multicast()) return "is a multicast address";
    if (address.is_link_local()) return "is a link-local address";
    return "";
}

bool overlap(const Prefix& a, const Prefix& b) {
    return a.contains(b) || b.contains(a);
}

// RFC 4291 section 2.4: what a prefix of unicast addresses must not reach into.
bool is_unicast_range(const Prefix& prefix) {
    static const std::array<Prefix, 3> reserved{
        Prefix::parse("::/8").value_or(Prefix{}),
        Prefix::parse("fe80::/10").value_or(Prefix{}),
        Prefix::parse("ff00::/8").value_or(Prefix{}),
    };
    return std::none_of(reserved.begin(), reserved.end(), [&](const Prefix& range) {
        return overlap(prefix, range);
    });
}

// "2001:db8::1/48" -> 2001:db8::/48: what was meant when host bits are set.
std::optional<Prefix> without_host_bits(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = Ip6Address::parse(text.substr(0, slash));
    const auto length = parse_number<unsigned>(text.substr(slash + 1), 0U, 128U);
    if (!address || !length) return std::nullopt;
    return Prefix(*address, *length);
}

// IFNAMSIZ less the closing zero octet, and dev_valid_name() of the kernel.
bool is_interface_name(std::string_view name) {
    constexpr std::size_t kMost = 15;
    return !name.empty() && name.size() <= kMost && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '/' && c != ':';
           });
}

// The registry "Access Technology Type Option type values" of RFC 5213; 0 is reserved.
constexpr std::array<std::string_view, 14> kTechnologies{"",
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

}  // namespace

Read<bool> flag(const Value& value) {
    const auto* out = std::get_if<bool>(&value.data);
    if (out == nullptr) return wrong(value, "is neither true nor false; give one of them");
    return *out;
}

Read<std::string> text(const Value& value) {
    const std::string* out = string_in(value);
    if (out == nullptr) return wrong(value, "is not a string; give one in double quotes");
    return *out;
}

Read<Ip6Address> address(const Value& value) {
    const std::string* written = string_in(value);
    const auto out = written == nullptr ? std::nullopt : Ip6Address::parse(*written);
    if (!out) return is_not(value, kAddress);
    if (out->is_routable_unicast()) return *out;
    return wrong(value, std::string(unfit(*out)) + "; give one that other routers can reach");
}

Read<Prefix> prefix(const Value& value) {
    const std::string* written = string_in(value);
    if (written == nullptr) return is_not(value, kPrefix);
    const auto out = Prefix::parse(*written);
    if (!out) {
        const auto meant = without_host_bits(*written);
        if (!meant) return is_not(value, kPrefix);
        return wrong(value, "has bits set behind its length; give " + in_quotes(to_text(*meant)));
    }
    if (is_unicast_range(*out)) return *out;
    return wrong(value, "holds addresses that are not unicast; " + remedy(kPrefix));
}

Read<Prefix> pool(const Value& value) {
    auto out = prefix(value);
    if (out && out->length() > 64) {
        return wrong(value, "is too small to give a /64 out of it; give a /64 or shorter");
    }
    return out;
}

Read<std::string> interface_name(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, kInterface);
    if (is_interface_name(*name)) return *name;
    return wrong(value,
                 "is not an interface name; give 1 to 15 characters without blanks, '/' and ':'");
}

Read<AccessLink> access_link(const Value& value) {
    auto name = interface_name(value);
    if (!name) return std::unexpected(std::move(name.error()));
    return AccessLink{.name = std::move(*name)};
}

Read<MnId> mn_id(const Value& value) {
    constexpr Kind kMnId{.noun = "an MN-Identifier", .example = R"("alice@example")"};
    const std::string* written = string_in(value);
    const auto out = written == nullptr ? std::nullopt : parse_mn_id(*written);
    if (!out) return is_not(value, kMnId);
    return *out;
}

Read<std::string> socket_path(const Value& value) {
    auto path = text(value);
    return path ? check_socket_path(std::move(*path)) : path;
}

Read<std::string> check_socket_path(std::string path) {
    // sun_path of unix(7), less the closing zero octet.
    constexpr std::size_t kMost = 107;
    if (!path.starts_with('/') || path.ends_with('/') || path.find('\0') != std::string::npos) {
        return std::unexpected(in_quotes(path) +
                               R"( is not an absolute path; give one like "/run/dmm/maar1.sock")");
    }
    if (path.size() > kMost) {
        return std::unexpected(in_quotes(path) + " has " + std::to_string(path.size()) +
                               " octets; a socket's path has at most " + std::to_string(kMost));
    }
    return path;
}

Read<Mobility> mobility(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "a mobility", .example = R"("none")"});
    if (const auto known = parse_mobility(*name)) return *known;
    return std::unexpected(
        unknown_value("mobility", *name, {kMobilityNames.begin(), kMobilityNames.end()}));
}

Read<OnExit> on_exit(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "a way to end", .example = R"("keep")"});
    if (const auto known = parse_on_exit(*name)) return *known;
    return std::unexpected(
        unknown_value("way to end", *name, {kOnExitNames.begin(), kOnExitNames.end()}));
}

Read<SourceCheck> source_check(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "a source check", .example = R"("on")"});
    if (const auto known = parse_source_check(*name)) return *known;
    return std::unexpected(
        unknown_value("source check", *name, {kSourceCheckNames.begin(), kSourceCheckNames.end()}));
}

Read<Encap> encap(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "an encapsulation", .example = R"("seg6")"});
    if (const auto known = parse_encap(*name)) return *known;
    return std::unexpected(
        unknown_value("encapsulation", *name, {kEncapNames.begin(), kEncapNames.end()}));
}

Read<Uplinks> uplinks(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr)
        return is_not(value, {.noun = "a kind of uplinks", .example = R"("auto")"});
    if (const auto known = parse_uplinks(*name)) return *known;
    return std::unexpected(
        unknown_value("kind of uplinks", *name, {kUplinksNames.begin(), kUplinksNames.end()}));
}

Read<DomainMode> domain_mode(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "a mode", .example = R"("proxy")"});
    if (const auto mode = parse_domain_mode(*name)) return *mode;
    return std::unexpected(
        unknown_value("mode", *name, {kDomainModeNames.begin(), kDomainModeNames.end()}));
}

Read<LogLevel> log_level(const Value& value) {
    const std::string* name = string_in(value);
    if (name == nullptr) return is_not(value, {.noun = "a log level", .example = R"("info")"});
    if (const auto known = parse_log_level(*name)) return *known;
    return std::unexpected(
        unknown_value("log level", *name, {kLogLevelNames.begin(), kLogLevelNames.end()}));
}

Read<std::uint8_t> access_technology(const Value& value) {
    if (const std::string* name = string_in(value)) {
        const auto* known = std::find(kTechnologies.begin() + 1, kTechnologies.end(), *name);
        if (known != kTechnologies.end()) {
            return static_cast<std::uint8_t>(known - kTechnologies.begin());
        }
        return std::unexpected(unknown_value(
            "access technology", *name, {kTechnologies.begin() + 1, kTechnologies.end()}));
    }
    if (!std::holds_alternative<Number>(value.data)) {
        return is_not(value, {.noun = "an access technology", .example = R"("ieee802.3")"});
    }
    return NumberIn<std::uint8_t>(1, 255)(value);
}

std::string_view access_technology_name(std::uint8_t number) {
    return number < kTechnologies.size() ? kTechnologies[number] : std::string_view{};
}

Read<std::int64_t> integer(const Value& value, std::int64_t low, std::int64_t high) {
    const auto* number = std::get_if<Number>(&value.data);
    const std::string range = "give " + std::to_string(low) + " to " + std::to_string(high);
    if (number == nullptr) return wrong(value, "is not a number; " + range);
    if (!number->integer) return wrong(value, "is not a whole number in range; " + range);
    if (*number->integer < low || *number->integer > high) {
        return wrong(value, "is out of range; " + range);
    }
    return *number->integer;
}

Read<Duration> duration(const Value& value, Duration low, Duration high) {
    constexpr Kind kDuration{.noun = "a duration", .example = R"("600s", "300ms" or "24h")"};
    if (const auto* number = std::get_if<Number>(&value.data)) {
        return wrong(value, "has no unit; give a duration like " + in_quotes(number->text + "s"));
    }
    const std::string* written = string_in(value);
    const auto out = written == nullptr ? std::nullopt : parse_duration(*written);
    if (!out) return is_not(value, kDuration);
    if (*out < low || *out > high) {
        return wrong(
            value,
            "is out of range; give " + in_quotes(to_text(low)) + " to " + in_quotes(to_text(high)));
    }
    return *out;
}

}  // namespace dmm::config
