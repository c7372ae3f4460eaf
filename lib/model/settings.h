// What an operator may set, after parsing: typed, complete, with defaults. lib/config fills
// it from JSON, the engines and the agent read it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/ip.h"
#include "lib/base/time.h"
#include "lib/model/domain_mode.h"
#include "lib/model/encap.h"
#include "lib/model/hook.h"
#include "lib/model/limits.h"
#include "lib/model/log_level.h"
#include "lib/model/mobile_node.h"
#include "lib/model/mobility.h"
#include "lib/model/on_exit.h"
#include "lib/model/source_check.h"
#include "lib/model/uplinks.h"

namespace dmm {

using std::chrono::milliseconds;
using std::chrono::seconds;

// RFC 5213 section 9, RFC 6275 section 12; equal in the whole domain.
struct ProtocolSettings {
    DomainMode mode = DomainMode::Proxy;
    seconds lifetime{600};                       // of a registration; 4 s .. 262140 s
    milliseconds initial_bindack_timeout{1000};  // INITIAL_BINDACK_TIMEOUT
    milliseconds max_bindack_timeout{32000};     // MAX_BINDACK_TIMEOUT
    milliseconds timestamp_window{300};          // TimestampValidityWindow
    // As relay, the CMD waits so long for all P-MAARs before it answers with those it has. RFC
    // 8885 has no value; it should be below the S-MAAR's first retransmission.
    milliseconds aggregation_timeout{500};
    seconds heartbeat_interval{60};           // HEARTBEAT_INTERVAL of RFC 5847; 30 .. 3600, 0: none
    unsigned missing_heartbeats_allowed = 3;  // MISSING_HEARTBEATS_ALLOWED; 1 .. 100
    // The pace of the CMD's PBUs (RFC 8885 section 6, which has no values).
    std::uint32_t pbu_rate = 1000;  // in a second
    std::uint32_t pbu_burst = 100;  // at once
    // MAX_UPDATE_RATE for each MAAR, as RFC 8885 section 3.6 says, not for each node at it.
    bool strict_update_rate = false;
    friend bool operator==(const ProtocolSettings&, const ProtocolSettings&) = default;
};

// Of a tunnel over a core of 1500 octets.
inline constexpr std::uint32_t kUsualTunnelMtu = 1460;

// What the nodes are told (RFC 4861 section 6.2.1 in spirit, per DLIF).
struct AdvertSettings {
    seconds router_lifetime{1800};  // 1 .. 9000
    seconds interval{300};          // between unsolicited RAs, 4 .. 1800
    seconds valid_lifetime{86400};
    seconds preferred_lifetime{14400};
    // 1280 .. 9000; 0: no MTU option; absent: what fits the tunnel and the access links.
    std::optional<std::uint32_t> mtu;
    // Addresses of a P-MAAR that owns local networks stay preferred, against RFC 8885 section 3.7.
    bool keep_local_preferred = false;
    friend bool operator==(const AdvertSettings&, const AdvertSettings&) = default;
};

struct MaarSettings {
    Ip6Address address;  // signalling and tunnel end point
    Ip6Address cmd;
    std::vector<Ip6Address> peers;  // other MAARs; only they may appear as P-/S-MAAR
    std::string core_interface;     // where `address` is and tunnels are bound; "" = any
    std::vector<AccessLink> access_links;
    Prefix pool;                             // /64s are given out of it
    seconds quarantine{7200};                // before another node is given a released one
    seconds idle_release{0};                 // of anchored prefixes without traffic; 0: never
    std::vector<Prefix> local_prefixes;      // RFC 8885 section 4.4
    std::map<LinkLayerAddress, MnId> nodes;  // known nodes: address -> MN-Identifier
    bool known_nodes_only = false;           // refuse nodes that are not in `nodes`
    SourceCheck source_check = SourceCheck::Auto;
    OnExit on_exit = OnExit::Flush;
    bool deprecate_on_exit = true;       // nodes are told what a flush takes from them
    Encap encap = Encap::Ip6Ip6;         // of the tunnels; equal in the whole domain
    Uplinks uplinks = Uplinks::Auto;     // how the tunnel is found by the source
    std::uint8_t access_technology = 3;  // ATT of RFC 5213 section 8.5: 3 = IEEE 802.3
    std::uint32_t table = 8885;          // private routing table for uplinks
    std::uint32_t rule_priority = 8885;
    std::uint32_t tunnel_mtu = kUsualTunnelMtu;  // not configured: the agent finds it out
    ProtocolSettings protocol;
    AdvertSettings advert;
    friend bool operator==(const MaarSettings&, const MaarSettings&) = default;
};

struct MaarPeer {
    Ip6Address address;
    Prefix pool;                           // what this MAAR may register
    std::vector<Prefix> local_prefixes{};  // what it may offer to nodes (RFC 8885 section 4.4)
    friend bool operator==(const MaarPeer&, const MaarPeer&) = default;
};

struct CmdSettings {
    Ip6Address address;
    std::vector<MaarPeer> maars;
    std::size_t max_previous_maars = limits::kPreviousMaars;  // 0 .. 8
    Mobility mobility = Mobility::On;                         // of nodes that are not in `nodes`
    std::map<MnId, Mobility> nodes;
    bool known_nodes_only = false;  // refuse nodes that are not in `nodes`
    ProtocolSettings protocol;
    friend bool operator==(const CmdSettings&, const CmdSettings&) = default;
};

using RoleSettings = std::variant<MaarSettings, CmdSettings>;

// Who may use the control socket, by the names of groups.
struct ControlSettings {
    std::string group = "dmm";  // may look and change
    std::string read_group{};   // may look; "": nobody besides
    friend bool operator==(const ControlSettings&, const ControlSettings&) = default;
};

// Where monitoring may ask over HTTP.
struct MetricsSettings {
    Ip6Address address;      // "::": all of this host
    std::uint16_t port = 0;  // 1 .. 65535
    friend bool operator==(const MetricsSettings&, const MetricsSettings&) = default;
};

// "[::1]:9342", as it is configured.
[[nodiscard]] inline std::string to_text(const MetricsSettings& metrics) {
    return '[' + to_text(metrics.address) + "]:" + std::to_string(metrics.port);
}

struct Settings {
    std::string instance;        // names the control socket and the log lines
    std::string control_socket;  // default /run/dmm/INSTANCE.sock
    ControlSettings control{};
    std::optional<MetricsSettings> metrics{};  // absent: nobody listens
    LogLevel log = LogLevel::Info;
    std::vector<HookSettings> hooks{};
    RoleSettings role;  // "role": "maar" or "cmd"
    friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace dmm
