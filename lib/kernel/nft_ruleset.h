// Our one nf_tables table. RFC 5213 section 5.6: a MAAR does not forward what a node sends from
// addresses that are not its own. On the access side only a node's own prefixes pass, and what
// stays on the link: link-local and unspecified sources. What passes is counted per node and
// prefix, so is what goes down to the nodes; what is dropped is counted per sender. A packet
// takes one look-up, however many nodes there are.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ip.h"
#include "lib/kernel/nft_codec.h"

namespace dmm::kernel {

inline constexpr std::string_view kFilterTable = "dmmd";
// Tells our table from one of somebody else's of that name.
inline constexpr std::string_view kFilterComment = "dmmd: made anew at each start";

// Counts what nodes send to places beyond the link, and what is sent to them. What nodes send to
// link-local and multicast destinations is checked and not counted: it goes no further, and
// neighbour discovery alone must not keep a prefix in use.
inline constexpr std::string_view kUplinkSet = "up";
inline constexpr std::string_view kDownlinkSet = "down";
inline constexpr std::string_view kOnLinkSet = "onlink";
inline constexpr std::string_view kSpoofedSet = "spoofed";

// A node may send from a prefix; of /64 (RFC 4291 section 2.5.4).
struct NodePrefix {
    LinkLayerAddress mn;
    Prefix prefix;
    friend auto operator<=>(const NodePrefix&, const NodePrefix&) = default;
};

// Sources to allow or to forbid. Downlinks are counted per prefix alone.
struct FilterElements {
    std::vector<NodePrefix> sources;
    std::vector<Prefix> prefixes;

    [[nodiscard]] bool empty() const { return sources.empty() && prefixes.empty(); }
};

[[nodiscard]] Bytes key_of(const NodePrefix& source);
[[nodiscard]] Bytes key_of(const Prefix& prefix);
// nullopt where `key` has another size.
[[nodiscard]] std::optional<NodePrefix> node_prefix_of(ByteView key);
[[nodiscard]] std::optional<Prefix> prefix_of(ByteView key);

// The table, empty of nodes, in place of what there is under its name. Packets from interfaces
// of ours and from `access_links` are checked.
void replace_table(NftBatch& batch, const std::vector<std::string>& access_links);
void add_elements(NftBatch& batch, const FilterElements& elements);
void delete_elements(NftBatch& batch, const FilterElements& elements);

// The same as lines for a shell.
[[nodiscard]] std::string replace_table_text(const std::vector<std::string>& access_links);
// `verb` is "add" or "delete".
[[nodiscard]] std::string elements_text(std::string_view verb, const FilterElements& elements);

}  // namespace dmm::kernel
