#include "tools/demo/packet.h"

namespace dmm::demo {
namespace {

constexpr std::uint8_t kIcmp6 = 58;
constexpr std::uint8_t kMobility = 135;
constexpr std::uint8_t kSolicitation = 133;
constexpr std::uint8_t kAdvertisement = 134;
constexpr std::size_t kIp6Octets = 40;

// What follows the IPv6 header if the next header is `protocol`, else nothing.
ByteView payload_of(ByteView packet, std::uint8_t protocol) {
    const std::optional<Ends> ends = ends_of(packet);
    if (!ends || ends->next_header != protocol) return {};
    return packet.subspan(kIp6Octets);
}

std::optional<AdvertisedPrefix> prefix_option(ByteView body) {
    Reader reader(body);
    const unsigned length = reader.u8();
    reader.skip(1);
    AdvertisedPrefix out;
    out.valid_s = reader.u32();
    out.preferred_s = reader.u32();
    reader.skip(4);
    const Ip6Address address(reader.take16());
    if (reader.failed() || length > 128) return std::nullopt;
    out.prefix = Prefix(address, length);
    return out;
}

std::string seconds_text(std::uint16_t units) {
    return " lifetime=" + std::to_string(unsigned{units} * 4U) + "s";
}

}  // namespace

std::optional<Ends> ends_of(ByteView packet) {
    Reader reader(packet);
    const unsigned version = reader.u8() >> 4U;
    reader.skip(5);
    Ends out;
    out.next_header = reader.u8();
    reader.skip(1);
    out.source = Ip6Address(reader.take16());
    out.destination = Ip6Address(reader.take16());
    if (reader.failed() || version != 6) return std::nullopt;
    return out;
}

bool is_router_solicitation(ByteView packet) {
    const ByteView message = payload_of(packet, kIcmp6);
    return message.size() >= 8 && message[0] == kSolicitation;
}

std::optional<std::vector<AdvertisedPrefix>> advertised_in(ByteView packet) {
    Reader reader(payload_of(packet, kIcmp6));
    if (reader.u8() != kAdvertisement) return std::nullopt;
    reader.skip(15);
    std::vector<AdvertisedPrefix> out;
    while (!reader.failed() && reader.left() > 0) {
        const unsigned type = reader.u8();
        const std::size_t units = reader.u8();
        if (units == 0) return std::nullopt;
        const ByteView body = reader.take(units * 8 - 2);
        if (type != 3 || reader.failed()) continue;
        if (const auto prefix = prefix_option(body)) out.push_back(*prefix);
    }
    if (reader.failed()) return std::nullopt;
    return out;
}

std::optional<std::string> signal_in(ByteView packet) {
    Reader reader(payload_of(packet, kMobility));
    reader.skip(2);
    const unsigned type = reader.u8();
    reader.skip(3);
    if (reader.failed()) return std::nullopt;
    if (type == 5) {
        const std::string sequence = " seq=" + std::to_string(reader.u16());
        reader.skip(2);
        const std::string lifetime = seconds_text(reader.u16());
        return "PBU" + lifetime + sequence;
    }
    if (type == 6) {
        const std::string status = " status=" + std::to_string(reader.u8());
        reader.skip(1);
        const std::string sequence = " seq=" + std::to_string(reader.u16());
        const std::string lifetime = seconds_text(reader.u16());
        return "PBA" + status + lifetime + sequence;
    }
    return "MH type=" + std::to_string(type);
}

}  // namespace dmm::demo
