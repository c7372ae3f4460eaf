// "metrics": where monitoring may ask over HTTP.
#include <algorithm>
#include <array>
#include <span>

#include "lib/base/text.h"
#include "lib/config/section.h"
#include "lib/config/sections.h"
#include "lib/config/values.h"

namespace dmm::config {
namespace {

// Why one cannot listen there by IPv6 and by what the text alone says.
std::string_view unfit(const Ip6Address& address) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.is_multicast()) return "is a multicast address";
    if (address.is_link_local()) return "is a link-local address";
    if (std::ranges::equal(kMapped, std::span(address.octets()).first<kMapped.size()>())) {
        return "is an IPv4 address";
    }
    return "";
}

Read<MetricsSettings> listen(const Value& value) {
    const std::string example = R"(like "[::1]:9342")";
    const auto* written = std::get_if<std::string>(&value.data);
    const auto end = written == nullptr ? std::string::npos : written->find("]:");
    const bool framed = end != std::string::npos && written->starts_with('[');
    const auto address = framed ? Ip6Address::parse(std::string_view(*written).substr(1, end - 1))
                                : std::optional<Ip6Address>();
    if (!address) {
        return std::unexpected(found(value) + " is not an IPv6 address in brackets with a port; " +
                               "give one " + example);
    }
    const auto port = parse_number<std::uint16_t>(std::string_view(*written).substr(end + 2), 1);
    if (!port) {
        return std::unexpected(found(value) + " has no port of 1 to 65535; give one " + example);
    }
    const std::string_view why = unfit(*address);
    if (why.empty()) return MetricsSettings{.address = *address, .port = *port};
    return std::unexpected(found(value) + ' ' + std::string(why) +
                           "; give an IPv6 unicast address of this host, " + example);
}

}  // namespace

std::optional<MetricsSettings> read_metrics(const Value& value,
                                            std::string_view pointer,
                                            Errors& errors) {
    Section section(value, std::string(pointer), errors);
    MetricsSettings read;
    const bool listens = section.optional("listen", read, listen);
    section.finish();
    return listens ? std::optional(read) : std::nullopt;
}

}  // namespace dmm::config
