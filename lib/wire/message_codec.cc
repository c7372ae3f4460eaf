#include "lib/wire/message_codec.h"

#include <variant>

namespace dmm::wire {
namespace {

// RFC 5847 section 3.3.
constexpr std::uint16_t kHeartbeatU = 0x0002;
constexpr std::uint16_t kHeartbeatR = 0x0001;
// RFC 5846 sections 5.1 and 5.2.
constexpr std::uint16_t kRevocationP = 0x8000;
constexpr std::uint16_t kRevocationV = 0x4000;
constexpr std::uint16_t kRevocationG = 0x2000;
// RFC 6705 section 10.2.
constexpr std::uint8_t kLocalizedU = 0x80;
// RFC 7077 section 4.1.
constexpr std::uint16_t kNotificationA = 0x8000;
constexpr std::uint16_t kNotificationD = 0x4000;

std::uint16_t bit(bool set, std::uint16_t mask) {
    return set ? mask : std::uint16_t{0};
}

void read(Reader& in, BindingRefreshRequest& /*m*/) {
    in.skip(2);
}

void read(Reader& in, ProxyBindingUpdate& m) {
    m.sequence = in.u16();
    m.flags = in.u16();
    m.lifetime = in.u16();
}

void read(Reader& in, ProxyBindingAck& m) {
    m.status = static_cast<Status>(in.u8());
    m.flags = in.u8();
    m.sequence = in.u16();
    m.lifetime = in.u16();
}

void read(Reader& in, BindingError& m) {
    m.status = in.u8();
    in.skip(1);
    m.home_address = Ip6Address(in.take16());
}

void read(Reader& in, Heartbeat& m) {
    const std::uint16_t flags = in.u16();
    m.unsolicited = (flags & kHeartbeatU) != 0;
    m.response = (flags & kHeartbeatR) != 0;
    m.sequence = in.u32();
}

void read(Reader& in, BindingRevocation& m) {
    m.br_type = in.u8();
    m.trigger_or_status = in.u8();
    m.sequence = in.u16();
    const std::uint16_t flags = in.u16();
    m.p = (flags & kRevocationP) != 0;
    m.v = (flags & kRevocationV) != 0;
    m.g = (flags & kRevocationG) != 0;
}

void read(Reader& in, LocalizedRoutingInitiation& m) {
    m.sequence = in.u16();
    in.skip(2);
    m.lifetime = in.u16();
}

void read(Reader& in, LocalizedRoutingAck& m) {
    m.sequence = in.u16();
    m.unsolicited = (in.u8() & kLocalizedU) != 0;
    m.status = in.u8();
    m.lifetime = in.u16();
}

void read(Reader& in, UpdateNotification& m) {
    m.sequence = in.u16();
    m.reason = in.u16();
    const std::uint16_t flags = in.u16();
    m.acknowledge = (flags & kNotificationA) != 0;
    m.retransmission = (flags & kNotificationD) != 0;
}

void read(Reader& in, UpdateNotificationAck& m) {
    m.sequence = in.u16();
    m.status = in.u8();
    in.skip(3);
}

template <typename T>
Message read_as(Reader& in) {
    T message;
    read(in, message);
    return message;
}

void write(const BindingRefreshRequest& /*m*/, Writer& out) {
    out.u16(0);
}

void write(const ProxyBindingUpdate& m, Writer& out) {
    out.u16(m.sequence);
    out.u16(m.flags);
    out.u16(m.lifetime);
}

void write(const ProxyBindingAck& m, Writer& out) {
    out.u8(static_cast<std::uint8_t>(m.status));
    out.u8(m.flags);
    out.u16(m.sequence);
    out.u16(m.lifetime);
}

void write(const BindingError& m, Writer& out) {
    out.u8(m.status);
    out.u8(0);
    out.put(m.home_address.octets());
}

void write(const Heartbeat& m, Writer& out) {
    out.u16(bit(m.unsolicited, kHeartbeatU) | bit(m.response, kHeartbeatR));
    out.u32(m.sequence);
}

void write(const BindingRevocation& m, Writer& out) {
    out.u8(m.br_type);
    out.u8(m.trigger_or_status);
    out.u16(m.sequence);
    out.u16(bit(m.p, kRevocationP) | bit(m.v, kRevocationV) | bit(m.g, kRevocationG));
}

void write(const LocalizedRoutingInitiation& m, Writer& out) {
    out.u16(m.sequence);
    out.u16(0);
    out.u16(m.lifetime);
}

void write(const LocalizedRoutingAck& m, Writer& out) {
    out.u16(m.sequence);
    out.u8(m.unsolicited ? kLocalizedU : std::uint8_t{0});
    out.u8(m.status);
    out.u16(m.lifetime);
}

void write(const UpdateNotification& m, Writer& out) {
    out.u16(m.sequence);
    out.u16(m.reason);
    out.u16(bit(m.acknowledge, kNotificationA) | bit(m.retransmission, kNotificationD));
}

void write(const UpdateNotificationAck& m, Writer& out) {
    out.u16(m.sequence);
    out.u8(m.status);
    out.zeros(3);
}

void write(const OtherMessage& m, Writer& out) {
    out.put(m.data);
}

}  // namespace

Message read_fixed_part(std::uint8_t type, Reader& in) {
    switch (static_cast<MhType>(type)) {
        case MhType::BindingRefreshRequest:
            return read_as<BindingRefreshRequest>(in);
        case MhType::BindingUpdate:
            return read_as<ProxyBindingUpdate>(in);
        case MhType::BindingAck:
            return read_as<ProxyBindingAck>(in);
        case MhType::BindingError:
            return read_as<BindingError>(in);
        case MhType::Heartbeat:
            return read_as<Heartbeat>(in);
        case MhType::BindingRevocation:
            return read_as<BindingRevocation>(in);
        case MhType::LocalizedRoutingInitiation:
            return read_as<LocalizedRoutingInitiation>(in);
        case MhType::LocalizedRoutingAck:
            return read_as<LocalizedRoutingAck>(in);
        case MhType::UpdateNotification:
            return read_as<UpdateNotification>(in);
        case MhType::UpdateNotificationAck:
            return read_as<UpdateNotificationAck>(in);
    }
    const ByteView data = in.take(in.left());
    return OtherMessage{.mh_type = type, .data = Bytes(data.begin(), data.end())};
}

void write_fixed_part(const Message& message, Writer& out) {
    std::visit([&](const auto& m) { write(m, out); }, message);
}

}  // namespace dmm::wire
