// What a PBU or PBA says about a node, out of its options: the one place where option order
// turns into meaning.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/model/forwarding.h"
#include "lib/model/mobile_node.h"
#include "lib/wire/message.h"

namespace dmm::core {

// An anchoring MAAR of one node: its address, what it anchors, and how the node sees it.
struct Anchor {
    Ip6Address maar;
    std::vector<Prefix> prefixes;
    std::optional<DlifIdentity> dlif;  // as signalled; absent: derive_dlif()
    std::vector<Prefix> local_prefixes;
    friend bool operator==(const Anchor&, const Anchor&) = default;
};

[[nodiscard]] DlifIdentity dlif_of(const Anchor& anchor);

// The options of a PBU or PBA, sorted out. Absent options stay absent: judging is not done
// here.
struct Registration {
    std::optional<MnId> mn;
    std::vector<Prefix> prefixes;  // Home Network Prefix and Anchored Prefix options
    std::optional<wire::Handoff> handoff;
    std::optional<std::uint8_t> access_technology;
    Bytes link_layer_id;  // empty: ALL_ZERO
    std::optional<wire::Timestamp> timestamp;
    std::optional<Ip6Address> serving;
    std::optional<Ip6Address> care_of;             // Alternate Care-of Address
    std::optional<Ip6Address> link_local_address;  // RFC 5213 section 8.7; echoed only
    std::optional<DlifIdentity> dlif;              // of the sender's own anchor
    std::vector<Prefix> local_prefixes;            // of the sender's own anchor
    std::vector<Anchor> previous;                  // Previous MAAR groups, in their order
    friend bool operator==(const Registration&, const Registration&) = default;
};

// RFC 8885 leaves open which anchor options 66, 69 and 70 describe. Read by place: before
// the first Previous MAAR option they are the sender's own, behind one they belong to that
// P-MAAR. The error names a limit that was exceeded ("too_many_prefixes", ...).
[[nodiscard]] std::expected<Registration, std::string_view> read_registration(
    const wire::Options& options);

// The options in the order of every example: MN-ID, HNPs, HI, ATT, LL-ID, timestamp,
// Serving MAAR, own DLIF and Local Prefixes, then the P-MAAR groups.
[[nodiscard]] wire::Options write_registration(const Registration& registration);

}  // namespace dmm::core
