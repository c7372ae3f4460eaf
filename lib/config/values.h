// Single values: JSON to the types of lib/model. Each reader gives the value, or a sentence
// that says what was found and what would be right.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/config/section.h"
#include "lib/model/mobile_node.h"
#include "lib/model/settings.h"

namespace dmm::config {

inline constexpr Kind kAddress{.noun = "an IPv6 address", .example = R"("2001:db8:1::1")"};
inline constexpr Kind kPrefix{.noun = "an IPv6 prefix", .example = R"("2001:db8:a100::/48")"};
inline constexpr Kind kInterface{.noun = "an interface name", .example = R"("lan0")"};
inline constexpr Kind kInterfaces{.noun = "interface names", .example = R"(["lan0"])"};

[[nodiscard]] Read<bool> flag(const Value& value);
[[nodiscard]] Read<std::string> text(const Value& value);

// Other routers must be able to reach it: unicast beyond the link.
[[nodiscard]] Read<Ip6Address> address(const Value& value);

// Unicast beyond the link, no bits set behind the length.
[[nodiscard]] Read<Prefix> prefix(const Value& value);

// A prefix that /64s can be given out of.
[[nodiscard]] Read<Prefix> pool(const Value& value);

// As the kernel takes it.
[[nodiscard]] Read<std::string> interface_name(const Value& value);
[[nodiscard]] Read<AccessLink> access_link(const Value& value);

[[nodiscard]] Read<MnId> mn_id(const Value& value);

// An absolute path that fits into a socket's address.
[[nodiscard]] Read<std::string> socket_path(const Value& value);
[[nodiscard]] Read<std::string> check_socket_path(std::string path);
[[nodiscard]] bool is_utf8(std::string_view text);

[[nodiscard]] Read<DomainMode> domain_mode(const Value& value);
[[nodiscard]] Read<Mobility> mobility(const Value& value);
[[nodiscard]] Read<OnExit> on_exit(const Value& value);
[[nodiscard]] Read<SourceCheck> source_check(const Value& value);
[[nodiscard]] Read<Encap> encap(const Value& value);
[[nodiscard]] Read<Uplinks> uplinks(const Value& value);

[[nodiscard]] Read<LogLevel> log_level(const Value& value);

// RFC 5213 section 8.5: a name, or a number for what has none here.
[[nodiscard]] Read<std::uint8_t> access_technology(const Value& value);
// "" for a number without a name.
[[nodiscard]] std::string_view access_technology_name(std::uint8_t number);

[[nodiscard]] Read<std::int64_t> integer(const Value& value, std::int64_t low, std::int64_t high);
[[nodiscard]] Read<Duration> duration(const Value& value, Duration low, Duration high);

// A whole number within a range, read into T.
template <typename T>
class NumberIn {
public:
    constexpr NumberIn(T low, T high) : low_(low), high_(high) {}

    Read<T> operator()(const Value& value) const {
        const auto read = integer(value, std::int64_t{low_}, std::int64_t{high_});
        if (!read) return std::unexpected(read.error());
        return static_cast<T>(*read);
    }

private:
    T low_;
    T high_;
};

// A duration within a range, in whole units of T.
template <typename T>
class DurationIn {
public:
    constexpr DurationIn(T low, T high) : low_(low), high_(high) {}

    Read<T> operator()(const Value& value) const {
        const auto read = duration(value, low_, high_);
        if (!read) return std::unexpected(read.error());
        const T whole = std::chrono::duration_cast<T>(*read);
        if (whole == *read) return whole;
        return std::unexpected(found(value) + " is finer than can be kept; give whole " + kUnit);
    }

private:
    static_assert(std::is_same_v<T, seconds> || std::is_same_v<T, milliseconds>);
    static constexpr const char* kUnit = std::is_same_v<T, seconds> ? "seconds" : "milliseconds";

    T low_;
    T high_;
};

}  // namespace dmm::config
