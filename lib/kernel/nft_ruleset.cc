#include "lib/kernel/nft_ruleset.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/netfilter_ipv6.h>

namespace dmm::kernel {
namespace {

// nft(8)'s numbers of data types; a concatenation is six bits for each.
constexpr std::uint32_t kAddressType = 8;
constexpr std::uint32_t kMacType = 9;
constexpr std::uint32_t kNameType = 41;
constexpr std::uint32_t kMacAndAddress = kMacType << 6U | kAddressType;

constexpr std::uint32_t kAddressOctets = 16;
constexpr std::uint32_t kMacOctets = 6;
constexpr std::uint32_t kMacPadded = 8;  // in a key of two fields
constexpr std::uint32_t kPrefixOctets = 8;
constexpr std::uint8_t kSourceOffset = 8;  // in the IPv6 header
constexpr std::uint8_t kDestinationOffset = 24;
constexpr std::uint8_t kSenderOffset = 6;  // in the Ethernet header

// Memory of this set is what a sender of ever new link-layer addresses can make us use; beyond
// it what is spoofed is dropped without being counted.
constexpr std::uint32_t kSpoofers = 4096;
constexpr std::uint32_t kSpoofedSeconds = 3600;

// Checked in front of reassembly and connection tracking, which shall keep nothing of it.
constexpr std::int32_t kCheckPriority = NF_IP6_PRI_RAW_BEFORE_DEFRAG;

constexpr const char* kLinksSet = "links";
constexpr const char* kAccessChain = "access";

Bytes masked(std::uint8_t first, std::uint8_t second) {
    Bytes out(kAddressOctets, 0);
    out[0] = first;
    out[1] = second;
    return out;
}

Bytes prefix_mask() {
    Bytes out(kAddressOctets, 0);
    for (std::size_t i = 0; i < kPrefixOctets; ++i)
        out[i] = 0xff;
    return out;
}

NftPayload address_at(std::uint8_t offset, NftRegister to = NftRegister::First) {
    return {
        .base = NftPayload::Base::Network, .offset = offset, .length = kAddressOctets, .to = to};
}

NftPayload sender() {
    return {.base = NftPayload::Base::Link,
            .offset = kSenderOffset,
            .length = kMacOctets,
            .to = NftRegister::First};
}

NftCompare equals(Bytes value) {
    return {.op = NftCompare::Operator::Equal, .value = std::move(value)};
}

NftVerdict verdict(NftVerdict::Code code, std::string chain = {}) {
    return {.code = code, .chain = std::move(chain)};
}

// In host order.
Bytes ethernet() {
    const auto octets = std::bit_cast<std::array<std::uint8_t, 2>>(std::uint16_t{ARPHRD_ETHER});
    return {octets.begin(), octets.end()};
}

Bytes ours() {
    return {'d', 'l', 'i', 'f'};  // realize.h names them
}

std::vector<NftSet> all_sets() {
    const auto pairs = [](std::string_view name, bool counts) {
        return NftSet{.name = std::string(name),
                      .type = "ether_addr . ipv6_addr",
                      .key_type = kMacAndAddress,
                      .key_octets = kMacPadded + kAddressOctets,
                      .counts = counts};
    };
    return {{.name = kLinksSet,
             .type = "ifname",
             .key_type = kNameType,
             .key_octets = IFNAMSIZ,
             .names = true},
            pairs(kOnLinkSet, false),
            pairs(kUplinkSet, true),
            {.name = std::string(kDownlinkSet),
             .type = "ipv6_addr",
             .key_type = kAddressType,
             .key_octets = kAddressOctets,
             .counts = true},
            {.name = std::string(kSpoofedSet),
             .type = "ether_addr",
             .key_type = kMacType,
             .key_octets = kMacOctets,
             .counts = true,
             .size = kSpoofers,
             .timeout_seconds = kSpoofedSeconds}};
}

std::vector<NftChain> all_chains() {
    using Point = NftChain::Hook::Point;
    return {{.name = kAccessChain},
            {.name = "prerouting",
             .hook = NftChain::Hook{.point = Point::Prerouting, .priority = kCheckPriority}},
            {.name = "postrouting",
             .hook = NftChain::Hook{.point = Point::Postrouting, .priority = 0}}};
}

NftRule look_up(std::string condition, std::vector<NftExpression> start, std::string_view set) {
    NftRule rule{.chain = kAccessChain, .text = {}, .expressions = std::move(start)};
    rule.text = std::move(condition) + "ether saddr . ip6 saddr '&' ffff:ffff:ffff:ffff:: @" +
                std::string(set) + " accept";
    rule.expressions.emplace_back(NftMeta{NftMeta::Key::LinkType});
    rule.expressions.emplace_back(equals(ethernet()));
    rule.expressions.emplace_back(sender());
    rule.expressions.emplace_back(address_at(kSourceOffset, NftRegister::BehindMac));
    rule.expressions.emplace_back(NftMask{.at = NftRegister::BehindMac, .mask = prefix_mask()});
    rule.expressions.emplace_back(NftLookup{.set = std::string(set)});
    rule.expressions.emplace_back(verdict(NftVerdict::Code::Accept));
    return rule;
}

// What a node sends. nft(8) puts the type of the link before each look into an Ethernet header, so
// this does. Without such a header nobody can say who sent it: that passes, be it from another
// kind of link or a multicast packet of our own that comes back.
std::vector<NftRule> access_rules() {
    using Code = NftVerdict::Code;
    const std::string chain = kAccessChain;
    std::vector<NftRule> out;
    // Link-local, multicast, and what is not in use between them.
    out.push_back(look_up(
        "ip6 daddr fe00::/7 ",
        {address_at(kDestinationOffset), NftMask{.mask = masked(0xfe, 0)}, equals(masked(0xfe, 0))},
        kOnLinkSet));
    out.push_back(look_up("", {}, kUplinkSet));
    // Few packets get here: the rules are in the order of how many there are for each.
    out.push_back({chain,
                   "ip6 saddr fe80::/10 accept",
                   {address_at(kSourceOffset),
                    NftMask{.mask = masked(0xff, 0xc0)},
                    equals(masked(0xfe, 0x80)),
                    verdict(Code::Accept)}});
    out.push_back({chain,
                   "ip6 saddr :: accept",
                   {address_at(kSourceOffset), equals(masked(0, 0)), verdict(Code::Accept)}});
    out.push_back({chain,
                   "update @" + std::string(kSpoofedSet) + " '{ ether saddr counter }'",
                   {NftMeta{NftMeta::Key::LinkType},
                    equals(ethernet()),
                    sender(),
                    NftUpdate{.set = std::string(kSpoofedSet)}}});
    // Holds for all that have a sender.
    out.push_back(
        {chain,
         "ether saddr '<=' ff:ff:ff:ff:ff:ff drop",
         {NftMeta{NftMeta::Key::LinkType},
          equals(ethernet()),
          sender(),
          NftCompare{.op = NftCompare::Operator::AtMost, .value = Bytes(kMacOctets, 0xff)},
          verdict(Code::Drop)}});
    return out;
}

std::vector<NftRule> all_rules() {
    const auto to_access = verdict(NftVerdict::Code::Goto, kAccessChain);
    std::vector<NftRule> out = access_rules();
    out.push_back({"prerouting",
                   "iifname '\"dlif*\"' goto access",
                   {NftMeta{NftMeta::Key::InterfaceIn}, equals(ours()), to_access}});
    // Past its interface, to the access link's own address.
    out.push_back({"prerouting",
                   "iifname @links goto access",
                   {NftMeta{NftMeta::Key::InterfaceIn}, NftLookup{.set = kLinksSet}, to_access}});
    out.push_back({"postrouting",
                   "oifname '\"dlif*\"' ip6 daddr '&' ffff:ffff:ffff:ffff:: @down",
                   {NftMeta{NftMeta::Key::InterfaceOut},
                    equals(ours()),
                    address_at(kDestinationOffset),
                    NftMask{.mask = prefix_mask()},
                    NftLookup{.set = std::string(kDownlinkSet)}}});
    return out;
}

Bytes key_of_name(const std::string& name) {
    Bytes out(name.begin(), name.end());
    out.resize(IFNAMSIZ, 0);
    return out;
}

template <typename Values>
std::vector<Bytes> keys_of(const Values& values) {
    std::vector<Bytes> out;
    out.reserve(values.size());
    for (const auto& value : values)
        out.push_back(key_of(value));
    return out;
}

std::string prefix_text(const Prefix& prefix) {
    return to_text(prefix.address());
}

std::string prefix_text(const NodePrefix& source) {
    return to_text(source.mn) + " . " + prefix_text(source.prefix);
}

template <typename Values>
std::string element_line(std::string_view verb, std::string_view set, const Values& values) {
    if (values.empty()) return {};
    std::string list;
    for (const auto& value : values)
        list += (list.empty() ? "" : ", ") + prefix_text(value);
    return "nft " + std::string(verb) + " element ip6 " + std::string(kFilterTable) + ' ' +
           std::string(set) + " '{ " + list + " }'\n";
}

std::string line(std::string_view what, std::string_view rest) {
    return "nft " + std::string(what) + " ip6 " + std::string(kFilterTable) + ' ' +
           std::string(rest) + '\n';
}

std::string text_of(const NftSet& set) {
    std::string out = set.name + " '{ type " + set.type + "; ";
    if (set.size != 0) {
        out += "size " + std::to_string(set.size) + "; flags dynamic,timeout; timeout " +
               std::to_string(set.timeout_seconds) + "s; ";
    }
    if (set.counts) out += "counter; ";
    return out + "}'";
}

std::string text_of(const NftChain& chain) {
    if (!chain.hook) return chain.name;
    const std::string point =
        chain.hook->point == NftChain::Hook::Point::Prerouting ? "prerouting" : "postrouting";
    return chain.name + " '{ type filter hook " + point + " priority " +
           std::to_string(chain.hook->priority) + "; }'";
}

}  // namespace

Bytes key_of(const Prefix& prefix) {
    const auto& octets = prefix.address().octets();
    return {octets.begin(), octets.end()};
}

Bytes key_of(const NodePrefix& source) {
    const auto& mac = source.mn.octets();
    Bytes out(mac.begin(), mac.end());
    out.resize(kMacPadded, 0);
    const Bytes prefix = key_of(source.prefix);
    out.insert(out.end(), prefix.begin(), prefix.end());
    return out;
}

std::optional<Prefix> prefix_of(ByteView key) {
    if (key.size() != kAddressOctets) return std::nullopt;
    std::array<std::uint8_t, kAddressOctets> octets{};
    std::ranges::copy(key, octets.begin());
    return Prefix(Ip6Address(octets), kPrefixOctets * 8);
}

std::optional<NodePrefix> node_prefix_of(ByteView key) {
    if (key.size() != kMacPadded + kAddressOctets) return std::nullopt;
    const auto mac = LinkLayerAddress::from(key.first(kMacOctets));
    const auto prefix = prefix_of(key.subspan(kMacPadded));
    if (!mac || !prefix) return std::nullopt;
    return NodePrefix{.mn = *mac, .prefix = *prefix};
}

// Adding first makes the deletion hold where there was none.
void replace_table(NftBatch& batch, const std::vector<std::string>& access_links) {
    batch.add_table(kFilterComment);
    batch.delete_table();
    batch.add_table(kFilterComment);
    for (const NftSet& set : all_sets())
        batch.add(set);
    std::vector<Bytes> links;
    links.reserve(access_links.size());
    for (const std::string& name : access_links)
        links.push_back(key_of_name(name));
    batch.add_elements(kLinksSet, links);
    for (const NftChain& chain : all_chains())
        batch.add(chain);
    for (const NftRule& rule : all_rules())
        batch.add(rule);
}

void add_elements(NftBatch& batch, const FilterElements& elements) {
    batch.add_elements(kOnLinkSet, keys_of(elements.sources));
    batch.add_elements(kUplinkSet, keys_of(elements.sources));
    batch.add_elements(kDownlinkSet, keys_of(elements.prefixes));
}

void delete_elements(NftBatch& batch, const FilterElements& elements) {
    batch.delete_elements(kOnLinkSet, keys_of(elements.sources));
    batch.delete_elements(kUplinkSet, keys_of(elements.sources));
    batch.delete_elements(kDownlinkSet, keys_of(elements.prefixes));
}

std::string replace_table_text(const std::vector<std::string>& access_links) {
    const std::string comment = "'{ comment \"" + std::string(kFilterComment) + "\"; }'";
    std::string out = line("add table", comment);
    out += line("delete table", "");
    out += line("add table", comment);
    for (const NftSet& set : all_sets())
        out += line("add set", text_of(set));
    for (const std::string& name : access_links)
        out += line("add element", std::string(kLinksSet) + " '{ \"" + name + "\" }'");
    for (const NftChain& chain : all_chains())
        out += line("add chain", text_of(chain));
    for (const NftRule& rule : all_rules())
        out += line("add rule", rule.chain + ' ' + rule.text);
    return out;
}

std::string elements_text(std::string_view verb, const FilterElements& elements) {
    return element_line(verb, kOnLinkSet, elements.sources) +
           element_line(verb, kUplinkSet, elements.sources) +
           element_line(verb, kDownlinkSet, elements.prefixes);
}

}  // namespace dmm::kernel
