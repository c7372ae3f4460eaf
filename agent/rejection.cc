#include "agent/rejection.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dmm::agent {
namespace {

constexpr std::size_t kMinimumMtu = 1280;  // RFC 8200 section 5
constexpr std::size_t kIp6HeaderOctets = 40;
constexpr std::size_t kIcmpHeaderOctets = 8;
constexpr std::uint8_t kMobilityHeader = 135;
constexpr std::size_t kMhTypeOffset = 2;
constexpr std::uint8_t kBindingError = std::to_underlying(wire::MhType::BindingError);

}  // namespace

bool is_possible_source(const Ip6Address& source) {
    return !source.is_unspecified() && !source.is_loopback() && !source.is_multicast();
}

wire::Reaction reaction_due(ByteView message, const wire::DecodeError& error) {
    const bool about_an_error =
        message.size() > kMhTypeOffset && message[kMhTypeOffset] == kBindingError;
    return about_an_error ? wire::Reaction::Silent : wire::reaction_to(error.fault);
}

Bytes parameter_problem(ByteView message, const wire::Addresses& addresses, std::uint16_t offset) {
    constexpr std::size_t kRoom = kMinimumMtu - 2 * kIp6HeaderOctets - kIcmpHeaderOctets;
    Writer out;
    out.u8(4);   // Parameter Problem
    out.u8(0);   // erroneous header field
    out.u16(0);  // the kernel's checksum goes here
    out.u32(static_cast<std::uint32_t>(kIp6HeaderOctets + offset));
    out.u32(0x60000000);  // version 6; class and flow label are not known any more
    out.u16(static_cast<std::uint16_t>(message.size()));
    out.u8(kMobilityHeader);
    out.u8(64);  // nor is the hop limit
    out.put(addresses.source.octets());
    out.put(addresses.destination.octets());
    out.put(message.first(std::min(message.size(), kRoom)));
    return std::move(out).finish();
}

}  // namespace dmm::agent
