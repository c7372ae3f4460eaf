#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/nft_codec.h"

namespace dmm::kernel {
namespace {

static_assert(std::to_underlying(NftRegister::First) == NFT_REG_1);
static_assert(std::to_underlying(NftRegister::BehindMac) == NFT_REG32_02);
static_assert(std::to_underlying(NftMeta::Key::InterfaceIn) == NFT_META_IIFNAME);
static_assert(std::to_underlying(NftMeta::Key::InterfaceOut) == NFT_META_OIFNAME);
static_assert(std::to_underlying(NftMeta::Key::LinkType) == NFT_META_IIFTYPE);
static_assert(std::to_underlying(NftPayload::Base::Link) == NFT_PAYLOAD_LL_HEADER);
static_assert(std::to_underlying(NftPayload::Base::Network) == NFT_PAYLOAD_NETWORK_HEADER);
static_assert(std::to_underlying(NftCompare::Operator::Equal) == NFT_CMP_EQ);
static_assert(std::to_underlying(NftCompare::Operator::AtMost) == NFT_CMP_LTE);
static_assert(std::to_underlying(NftVerdict::Code::Drop) == NF_DROP);
static_assert(std::to_underlying(NftVerdict::Code::Accept) == NF_ACCEPT);
static_assert(std::to_underlying(NftVerdict::Code::Goto) == NFT_GOTO);
static_assert(std::to_underlying(NftChain::Hook::Point::Prerouting) == NF_INET_PRE_ROUTING);
static_assert(std::to_underlying(NftChain::Hook::Point::Postrouting) == NF_INET_POST_ROUTING);

// An attribute's length has 16 bits, that of a list of elements too: 1000 take some 36 kB.
constexpr std::size_t kElementsPerMessage = 1000;
constexpr std::size_t kMaxMessage = std::size_t{60} * 1024;
// nft(8) keeps comments as a list of type, length, text.
constexpr std::uint8_t kCommentType = 0;

// In what order the octets of a set's keys are; without it nft(8) cannot show names.
struct KeyOrder {
    std::uint8_t type = 0;
    std::uint8_t length = 4;
    std::array<std::uint8_t, 4> order{};
};

constexpr std::uint32_t kHostOrder = 1;

constexpr std::uint16_t type_of(int message) {
    return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | message);
}

// Numbers travel in network order.
void put_number(MessageBuilder& out, std::uint16_t type, std::uint32_t value) {
    out.attribute_value(type, htonl(value));
}

void put_data(MessageBuilder& out, std::uint16_t type, ByteView value) {
    const MessageBuilder::Nest data(out, type);
    out.attribute(NFTA_DATA_VALUE, value);
}

void put_header(MessageBuilder& out) {
    out.put(nfgenmsg{.nfgen_family = NFPROTO_IPV6, .version = NFNETLINK_V0, .res_id = 0});
}

// NFTA_EXPR_NAME, NFTA_EXPR_DATA with what `fill` writes.
template <typename Fill>
void put_expression(MessageBuilder& out, std::uint16_t type, const char* name, const Fill& fill) {
    const MessageBuilder::Nest expression(out, type);
    out.attribute_text(NFTA_EXPR_NAME, name);
    const MessageBuilder::Nest data(out, NFTA_EXPR_DATA);
    fill();
}

void put_counter(MessageBuilder& out, std::uint16_t type) {
    put_expression(out, type, "counter", [&] {
        out.attribute_value(NFTA_COUNTER_BYTES, std::uint64_t{0});
        out.attribute_value(NFTA_COUNTER_PACKETS, std::uint64_t{0});
    });
}

template <typename Fill>
void put_listed(MessageBuilder& out, const char* name, const Fill& fill) {
    put_expression(out, NFTA_LIST_ELEM, name, fill);
}

constexpr std::uint32_t kFirst = NFT_REG_1;

// NFTA_META_DREG, _KEY.
void put(MessageBuilder& out, const NftMeta& meta) {
    put_listed(out, "meta", [&] {
        put_number(out, NFTA_META_KEY, std::to_underlying(meta.key));
        put_number(out, NFTA_META_DREG, kFirst);
    });
}

// NFTA_PAYLOAD_DREG, _BASE, _OFFSET, _LEN.
void put(MessageBuilder& out, const NftPayload& payload) {
    put_listed(out, "payload", [&] {
        put_number(out, NFTA_PAYLOAD_DREG, std::to_underlying(payload.to));
        put_number(out, NFTA_PAYLOAD_BASE, std::to_underlying(payload.base));
        put_number(out, NFTA_PAYLOAD_OFFSET, payload.offset);
        put_number(out, NFTA_PAYLOAD_LEN, payload.length);
    });
}

// NFTA_BITWISE_SREG, _DREG, _LEN, _MASK, _XOR.
void put(MessageBuilder& out, const NftMask& mask) {
    put_listed(out, "bitwise", [&] {
        put_number(out, NFTA_BITWISE_SREG, std::to_underlying(mask.at));
        put_number(out, NFTA_BITWISE_DREG, std::to_underlying(mask.at));
        put_number(out, NFTA_BITWISE_LEN, static_cast<std::uint32_t>(mask.mask.size()));
        put_data(out, NFTA_BITWISE_MASK, mask.mask);
        put_data(out, NFTA_BITWISE_XOR, Bytes(mask.mask.size(), 0));
    });
}

// NFTA_CMP_SREG, _OP, _DATA.
void put(MessageBuilder& out, const NftCompare& compare) {
    put_listed(out, "cmp", [&] {
        put_number(out, NFTA_CMP_SREG, kFirst);
        put_number(out, NFTA_CMP_OP, std::to_underlying(compare.op));
        put_data(out, NFTA_CMP_DATA, compare.value);
    });
}

// NFTA_LOOKUP_SET, _SREG.
void put(MessageBuilder& out, const NftLookup& lookup) {
    put_listed(out, "lookup", [&] {
        out.attribute_text(NFTA_LOOKUP_SET, lookup.set);
        put_number(out, NFTA_LOOKUP_SREG, kFirst);
    });
}

// NFTA_DYNSET_SET_NAME, _OP, _SREG_KEY, _EXPR.
void put(MessageBuilder& out, const NftUpdate& update) {
    put_listed(out, "dynset", [&] {
        out.attribute_text(NFTA_DYNSET_SET_NAME, update.set);
        put_number(out, NFTA_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
        put_number(out, NFTA_DYNSET_SREG_KEY, kFirst);
        put_counter(out, NFTA_DYNSET_EXPR);
    });
}

// NFTA_IMMEDIATE_DREG, _DATA.
void put(MessageBuilder& out, const NftVerdict& verdict) {
    put_listed(out, "immediate", [&] {
        put_number(out, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        const MessageBuilder::Nest data(out, NFTA_IMMEDIATE_DATA);
        const MessageBuilder::Nest inner(out, NFTA_DATA_VERDICT);
        const std::int32_t code = std::to_underlying(verdict.code);
        put_number(out, NFTA_VERDICT_CODE, static_cast<std::uint32_t>(code));
        if (!verdict.chain.empty()) out.attribute_text(NFTA_VERDICT_CHAIN, verdict.chain);
    });
}

std::uint64_t to_network(std::uint64_t value) {
    std::array<std::uint8_t, sizeof value> octets{};
    for (std::size_t i = octets.size(); i-- > 0; value >>= 8U)
        octets[i] = static_cast<std::uint8_t>(value);
    return std::bit_cast<std::uint64_t>(octets);
}

}  // namespace

NftBatch::NftBatch(std::string table, std::uint32_t first_sequence)
    : table_(std::move(table)), first_(first_sequence), next_(first_sequence) {
    frame(NFNL_MSG_BATCH_BEGIN, next_++);
}

// The family of a frame is none; the subsystem stands in res_id.
void NftBatch::frame(std::uint16_t type, std::uint32_t sequence) {
    MessageBuilder out(bytes_, type, NLM_F_REQUEST, sequence);
    out.put(nfgenmsg{.nfgen_family = NFPROTO_UNSPEC,
                     .version = NFNETLINK_V0,
                     .res_id = htons(NFNL_SUBSYS_NFTABLES)});
    sound_ = out.finish() && sound_;
}

template <typename Fill>
void NftBatch::message(std::uint16_t type, std::uint16_t flags, const Fill& fill) {
    last_start_ = bytes_.size();
    MessageBuilder out(bytes_,
                       type_of(type),
                       static_cast<std::uint16_t>(NLM_F_REQUEST | flags),
                       next_++,
                       kMaxMessage);
    put_header(out);
    fill(out);
    sound_ = out.finish() && sound_;
}

bool NftBatch::finish() {
    if (last_start_ == 0) return false;
    nlmsghdr header{};
    std::memcpy(&header, bytes_.data() + last_start_, sizeof header);
    header.nlmsg_flags |= NLM_F_ACK;
    std::memcpy(bytes_.data() + last_start_, &header, sizeof header);
    frame(NFNL_MSG_BATCH_END, next_);
    return sound_;
}

// NFTA_TABLE_NAME, _USERDATA. Kernels before 5.10 keep no user data.
void NftBatch::add_table(std::string_view comment) {
    Bytes data{kCommentType, static_cast<std::uint8_t>(comment.size() + 1)};
    data.insert(data.end(), comment.begin(), comment.end());
    data.push_back(0);
    message(NFT_MSG_NEWTABLE, NLM_F_CREATE, [&](MessageBuilder& out) {
        out.attribute_text(NFTA_TABLE_NAME, table_);
        out.attribute(NFTA_TABLE_USERDATA, data);
    });
}

void NftBatch::delete_table() {
    message(NFT_MSG_DELTABLE, 0, [&](MessageBuilder& out) {
        out.attribute_text(NFTA_TABLE_NAME, table_);
    });
}

// NFTA_SET_TABLE, _NAME, _FLAGS, _KEY_TYPE, _KEY_LEN, _ID, _TIMEOUT, _DESC, _USERDATA,
// _EXPR.
void NftBatch::add(const NftSet& set) {
    const bool dynamic = set.size != 0;
    message(NFT_MSG_NEWSET, NLM_F_CREATE, [&](MessageBuilder& out) {
        out.attribute_text(NFTA_SET_TABLE, table_);
        out.attribute_text(NFTA_SET_NAME, set.name);
        put_number(out, NFTA_SET_FLAGS, dynamic ? NFT_SET_EVAL | NFT_SET_TIMEOUT : 0);
        put_number(out, NFTA_SET_KEY_TYPE, set.key_type);
        put_number(out, NFTA_SET_KEY_LEN, set.key_octets);
        put_number(out, NFTA_SET_ID, ++sets_);
        if (dynamic) {
            constexpr std::uint64_t kMilliseconds = 1000;
            out.attribute_value(NFTA_SET_TIMEOUT, to_network(set.timeout_seconds * kMilliseconds));
            const MessageBuilder::Nest description(out, NFTA_SET_DESC);
            put_number(out, NFTA_SET_DESC_SIZE, set.size);
        }
        if (set.names) {
            const auto order = std::bit_cast<std::array<std::uint8_t, 4>>(kHostOrder);
            out.attribute_value(NFTA_SET_USERDATA, KeyOrder{.order = order});
        }
        if (set.counts) put_counter(out, NFTA_SET_EXPR);
    });
}

// NFTA_CHAIN_TABLE, _NAME, _HOOK, _POLICY, _TYPE.
void NftBatch::add(const NftChain& chain) {
    message(NFT_MSG_NEWCHAIN, NLM_F_CREATE, [&](MessageBuilder& out) {
        out.attribute_text(NFTA_CHAIN_TABLE, table_);
        out.attribute_text(NFTA_CHAIN_NAME, chain.name);
        if (!chain.hook) return;
        {
            const MessageBuilder::Nest hook(out, NFTA_CHAIN_HOOK);
            put_number(out, NFTA_HOOK_HOOKNUM, std::to_underlying(chain.hook->point));
            put_number(out, NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.hook->priority));
        }
        put_number(out, NFTA_CHAIN_POLICY, NF_ACCEPT);
        out.attribute_text(NFTA_CHAIN_TYPE, "filter");
    });
}

// NFTA_RULE_TABLE, _CHAIN, _EXPRESSIONS.
void NftBatch::add(const NftRule& rule) {
    message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, [&](MessageBuilder& out) {
        out.attribute_text(NFTA_RULE_TABLE, table_);
        out.attribute_text(NFTA_RULE_CHAIN, rule.chain);
        const MessageBuilder::Nest expressions(out, NFTA_RULE_EXPRESSIONS);
        for (const NftExpression& expression : rule.expressions) {
            std::visit([&](const auto& alternative) { put(out, alternative); }, expression);
        }
    });
}

// NFTA_SET_ELEM_LIST_TABLE, _SET, _ELEMENTS.
void NftBatch::elements(std::uint16_t type,
                        std::uint16_t flags,
                        std::string_view set,
                        const std::vector<Bytes>& keys) {
    std::span<const Bytes> rest(keys);
    while (!rest.empty()) {
        const auto some = rest.first(std::min(rest.size(), kElementsPerMessage));
        rest = rest.subspan(some.size());
        message(type, flags, [&](MessageBuilder& out) {
            out.attribute_text(NFTA_SET_ELEM_LIST_TABLE, table_);
            out.attribute_text(NFTA_SET_ELEM_LIST_SET, set);
            const MessageBuilder::Nest list(out, NFTA_SET_ELEM_LIST_ELEMENTS);
            for (const Bytes& key : some) {
                const MessageBuilder::Nest element(out, NFTA_LIST_ELEM);
                put_data(out, NFTA_SET_ELEM_KEY, key);
            }
        });
    }
}

void NftBatch::add_elements(std::string_view set, const std::vector<Bytes>& keys) {
    elements(NFT_MSG_NEWSETELEM, NLM_F_CREATE, set, keys);
}

void NftBatch::delete_elements(std::string_view set, const std::vector<Bytes>& keys) {
    elements(NFT_MSG_DELSETELEM, 0, set, keys);
}

Bytes encode_table_query(std::string_view table, std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, type_of(NFT_MSG_GETTABLE), NLM_F_REQUEST, sequence);
    put_header(message);
    message.attribute_text(NFTA_TABLE_NAME, table);
    (void)message.finish();  // names are short
    return out;
}

Bytes encode_element_dump(std::string_view table, std::string_view set, std::uint32_t sequence) {
    Bytes out;
    MessageBuilder message(out, type_of(NFT_MSG_GETSETELEM), NLM_F_REQUEST | NLM_F_DUMP, sequence);
    put_header(message);
    message.attribute_text(NFTA_SET_ELEM_LIST_TABLE, table);
    message.attribute_text(NFTA_SET_ELEM_LIST_SET, set);
    (void)message.finish();  // names are short
    return out;
}

}  // namespace dmm::kernel
