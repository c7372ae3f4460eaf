#include "lib/kernel/packet_filter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"

namespace dmm::kernel {
namespace {

constexpr std::size_t kMostRules = 10'000;
constexpr std::size_t kMostDatagrams = 4'096;
constexpr std::uint32_t kSequence = 1;
constexpr const char* kOperation = "nft list ruleset";

constexpr std::array<AttributeRule, 3> kRulePolicy{{{NFTA_RULE_TABLE, 1, 0xffff},
                                                    {NFTA_RULE_CHAIN, 1, 0xffff},
                                                    {NFTA_RULE_EXPRESSIONS, 0, 0xffff}}};
constexpr std::array<AttributeRule, 2> kExpressionPolicy{
    {{NFTA_EXPR_NAME, 1, 0xffff}, {NFTA_EXPR_DATA, 0, 0xffff}}};
constexpr std::array<AttributeRule, 1> kFibPolicy{{{NFTA_FIB_FLAGS, 4, 4}}};
constexpr std::array<AttributeRule, 1> kMatchPolicy{{{NFTA_MATCH_NAME, 1, 0xffff}}};

constexpr std::uint16_t kGetRule = (NFNL_SUBSYS_NFTABLES << 8U) | NFT_MSG_GETRULE;
constexpr std::uint16_t kNewRule = (NFNL_SUBSYS_NFTABLES << 8U) | NFT_MSG_NEWRULE;

std::string_view family_name(std::uint8_t family) {
    switch (family) {
        case NFPROTO_INET:
            return "inet";
        case NFPROTO_IPV6:
            return "ip6";
        case NFPROTO_NETDEV:
            return "netdev";
        case NFPROTO_BRIDGE:
            return "bridge";
        default:
            return "";
    }
}

bool looks_up_source(ByteView fib) {
    const auto attributes = Attributes::parse(fib, kFibPolicy);
    if (!attributes) return false;
    const auto flags = attributes->find(NFTA_FIB_FLAGS);
    return flags && ((*flags)[3] & NFTA_FIB_F_SADDR) != 0;  // in network order
}

// Also what iptables-nft makes of "-m rpfilter".
bool is_reverse_path(ByteView expression) {
    const auto attributes = Attributes::parse(expression, kExpressionPolicy);
    if (!attributes) return false;
    const auto data = attributes->find(NFTA_EXPR_DATA);
    if (!data) return false;
    const std::string name = attributes->text(NFTA_EXPR_NAME);
    if (name == "fib") return looks_up_source(*data);
    if (name != "match") return false;
    const auto match = Attributes::parse(*data, kMatchPolicy);
    return match && match->text(NFTA_MATCH_NAME) == "rpfilter";
}

KernelError error_of(int code) {
    return {.operation = kOperation, .code = code, .text = std::system_category().message(code)};
}

Bytes rule_dump() {
    Bytes out;
    MessageBuilder message(out, kGetRule, NLM_F_REQUEST | NLM_F_DUMP, kSequence);
    message.put(nfgenmsg{.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0, .res_id = 0});
    (void)message.finish();  // always fits
    return out;
}

void add(PacketFilter& filter, ByteView rule) {
    ++filter.rules;
    auto chain = reverse_path_chain(rule);
    auto& found = filter.reverse_path;
    if (chain && std::ranges::find(found, *chain) == found.end()) {
        found.push_back(std::move(*chain));
    }
}

// Takes a datagram of the answer in; the errno that ends it, 0 for its end, nullopt while more
// is to come.
std::optional<int> take(ByteView datagram, PacketFilter& filter) {
    while (const auto message = next_message(datagram)) {
        if (message->sequence != kSequence) continue;
        if (const auto ack = decode_ack(*message)) {
            // A kernel without nf_tables knows no such subsystem.
            const bool none = ack->code == EINVAL || ack->code == EOPNOTSUPP;
            return none ? 0 : ack->code;
        }
        if (message->type == kNewRule) add(filter, message->payload);
        if (filter.rules > kMostRules) return EOVERFLOW;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> reverse_path_chain(ByteView rule) {
    const auto header = take_header<nfgenmsg>(rule);
    if (!header) return std::nullopt;
    const std::string_view family = family_name(header->nfgen_family);
    const auto attributes = Attributes::parse(rule, kRulePolicy);
    if (family.empty() || !attributes) return std::nullopt;
    ByteView list = attributes->find(NFTA_RULE_EXPRESSIONS).value_or(ByteView{});
    while (const auto element = next_attribute(list)) {
        if (!is_reverse_path(element->value)) continue;
        return std::string(family) + ' ' + attributes->text(NFTA_RULE_TABLE) + ' ' +
               attributes->text(NFTA_RULE_CHAIN);
    }
    return std::nullopt;
}

std::expected<PacketFilter, KernelError> look_at_packet_filter(Transport& transport) {
    if (const auto sent = transport.send(rule_dump()); !sent) {
        return std::unexpected(error_of(sent.error()));
    }
    PacketFilter filter;
    for (std::size_t budget = kMostDatagrams; budget > 0; --budget) {
        const auto datagram = transport.receive();
        if (!datagram) return std::unexpected(error_of(datagram.error()));
        const auto end = take(*datagram, filter);
        if (!end) continue;
        if (*end != 0) return std::unexpected(error_of(*end));
        return filter;
    }
    return std::unexpected(error_of(EOVERFLOW));
}

}  // namespace dmm::kernel
