// Mobility Header messages as values: RFC 6275 section 6.1, RFC 5213 section 8, RFC 5846,
// RFC 5847, RFC 6705, RFC 7077, and the D flags of RFC 8885 sections 4.1 and 4.2.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/ip.h"
#include "lib/model/status.h"
#include "lib/wire/option.h"

namespace dmm::wire {

enum class MhType : std::uint8_t {
    BindingRefreshRequest = 0,
    BindingUpdate = 5,
    BindingAck = 6,
    BindingError = 7,
    Heartbeat = 13,
    BindingRevocation = 16,
    LocalizedRoutingInitiation = 17,
    LocalizedRoutingAck = 18,
    UpdateNotification = 19,
    UpdateNotificationAck = 20,
};

namespace bu_flag {
inline constexpr std::uint16_t kA = 0x8000;
inline constexpr std::uint16_t kH = 0x4000;
inline constexpr std::uint16_t kL = 0x2000;
inline constexpr std::uint16_t kK = 0x1000;
inline constexpr std::uint16_t kM = 0x0800;
inline constexpr std::uint16_t kR = 0x0400;
inline constexpr std::uint16_t kP = 0x0200;
inline constexpr std::uint16_t kF = 0x0100;
inline constexpr std::uint16_t kT = 0x0080;
inline constexpr std::uint16_t kB = 0x0040;
inline constexpr std::uint16_t kS = 0x0020;
inline constexpr std::uint16_t kD = 0x0010;
inline constexpr std::uint16_t kDmmPbu = kA | kP | kD;
}  // namespace bu_flag

namespace ba_flag {
inline constexpr std::uint8_t kK = 0x80;
inline constexpr std::uint8_t kR = 0x40;
inline constexpr std::uint8_t kP = 0x20;
inline constexpr std::uint8_t kT = 0x10;
inline constexpr std::uint8_t kB = 0x08;
inline constexpr std::uint8_t kS = 0x04;
inline constexpr std::uint8_t kD = 0x02;
inline constexpr std::uint8_t kDmmPba = kP | kD;
}  // namespace ba_flag

struct BindingRefreshRequest {
    Options options;
    friend auto operator<=>(const BindingRefreshRequest&, const BindingRefreshRequest&) = default;
};

// PBU. Without the P flag it is a plain Binding Update.
struct ProxyBindingUpdate {
    std::uint16_t sequence = 0;
    std::uint16_t flags = bu_flag::kDmmPbu;  // as on the wire, reserved bits included
    std::uint16_t lifetime = 0;              // units of 4 s; 0 de-registers
    Options options;
    friend auto operator<=>(const ProxyBindingUpdate&, const ProxyBindingUpdate&) = default;
};

// PBA.
struct ProxyBindingAck {
    Status status = Status::Accepted;
    std::uint8_t flags = ba_flag::kDmmPba;
    std::uint16_t sequence = 0;
    std::uint16_t lifetime = 0;  // units of 4 s
    Options options;
    friend auto operator<=>(const ProxyBindingAck&, const ProxyBindingAck&) = default;
};

struct BindingError {
    std::uint8_t status = 0;  // 1 unknown binding, 2 unrecognised MH type
    Ip6Address home_address;
    Options options;
    friend auto operator<=>(const BindingError&, const BindingError&) = default;
};

struct Heartbeat {
    bool unsolicited = false;  // U
    bool response = false;     // R
    std::uint32_t sequence = 0;
    Options options;
    friend auto operator<=>(const Heartbeat&, const Heartbeat&) = default;
};

// BRI (indication) and BRA (acknowledgement) share the header.
struct BindingRevocation {
    std::uint8_t br_type = 1;            // 1 BRI, 2 BRA
    std::uint8_t trigger_or_status = 0;  // trigger of a BRI, status of a BRA
    std::uint16_t sequence = 0;
    bool p = false;
    bool v = false;
    bool g = false;
    Options options;
    friend auto operator<=>(const BindingRevocation&, const BindingRevocation&) = default;
};

struct LocalizedRoutingInitiation {
    std::uint16_t sequence = 0;
    std::uint16_t lifetime = 0;  // seconds, 0xffff infinite
    Options options;
    friend auto operator<=>(const LocalizedRoutingInitiation&,
                            const LocalizedRoutingInitiation&) = default;
};

struct LocalizedRoutingAck {
    std::uint16_t sequence = 0;
    bool unsolicited = false;  // U
    std::uint8_t status = 0;
    std::uint16_t lifetime = 0;  // seconds
    Options options;
    friend auto operator<=>(const LocalizedRoutingAck&, const LocalizedRoutingAck&) = default;
};

// RFC 7077 section 4.1.
namespace upn_reason {
inline constexpr std::uint16_t kForceReregistration = 1;
}  // namespace upn_reason

// RFC 6275 section 6.1.9.
namespace be_status {
inline constexpr std::uint8_t kUnknownBinding = 1;
inline constexpr std::uint8_t kUnknownType = 2;
}  // namespace be_status

// RFC 7077 section 4.2.
namespace upa_status {
inline constexpr std::uint8_t kSuccess = 0;
inline constexpr std::uint8_t kFailedToUpdateSession = 128;
inline constexpr std::uint8_t kMnNotAttached = 132;
}  // namespace upa_status

struct UpdateNotification {
    std::uint16_t sequence = 0;
    std::uint16_t reason = 0;
    bool acknowledge = false;     // A
    bool retransmission = false;  // D; not the DMM flag
    Options options;
    friend auto operator<=>(const UpdateNotification&, const UpdateNotification&) = default;
};

struct UpdateNotificationAck {
    std::uint16_t sequence = 0;
    std::uint8_t status = 0;
    Options options;
    friend auto operator<=>(const UpdateNotificationAck&, const UpdateNotificationAck&) = default;
};

// A message type that RFCs define and this program does not use: recognised, so that it is
// not answered with a Binding Error, and otherwise ignored.
struct OtherMessage {
    std::uint8_t mh_type = 0;
    Bytes data;  // behind the six octets of the header
    friend auto operator<=>(const OtherMessage&, const OtherMessage&) = default;
};

using Message = std::variant<BindingRefreshRequest,
                             ProxyBindingUpdate,
                             ProxyBindingAck,
                             BindingError,
                             Heartbeat,
                             BindingRevocation,
                             LocalizedRoutingInitiation,
                             LocalizedRoutingAck,
                             UpdateNotification,
                             UpdateNotificationAck,
                             OtherMessage>;

[[nodiscard]] std::uint8_t mh_type_of(const Message& message);
// nullptr for OtherMessage.
[[nodiscard]] const Options* options_of(const Message& message);
// The options to act on. RFC 8885 sections 4.3 and 4.4: options 65 to 70 mean something only
// beside the D flag, so those of a BU or BA without it are left out. Empty for OtherMessage.
[[nodiscard]] Options effective_options(const Message& message);

// "BU", "BA", "BE", "BRR", "HEARTBEAT", ...; "UNKNOWN" for a number without a name.
[[nodiscard]] std::string_view mh_type_name(std::uint8_t type);

// Lifetimes travel in units of 4 s. A positive lifetime is rounded up, so that it never
// becomes a deletion; more than 262140 s is cut to that.
[[nodiscard]] std::uint16_t lifetime_units(std::chrono::seconds lifetime);

[[nodiscard]] constexpr std::chrono::seconds lifetime_seconds(std::uint16_t units) {
    return std::chrono::seconds(std::int64_t{units} * 4);
}

}  // namespace dmm::wire
