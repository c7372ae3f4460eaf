#include <algorithm>
#include <array>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "lib/kernel/nft_codec.h"

namespace dmm::kernel {
namespace {

// See NftBatch::add_table().
constexpr std::uint8_t kCommentType = 0;
constexpr std::size_t kMaxComment = 128;

// A number in network order; 0 if absent.
std::uint64_t number(const Attributes& attributes, std::uint16_t type) {
    const auto found = attributes.value<std::array<std::uint8_t, 8>>(type);
    std::uint64_t out = 0;
    for (const std::uint8_t octet : found.value_or(std::array<std::uint8_t, 8>{}))
        out = out << 8U | octet;
    return out;
}

// The counter in an element's NFTA_SET_ELEM_EXPR.
bool read_counter(ByteView expression, NftElement& out) {
    static constexpr std::array<AttributeRule, 2> kExpression{{
        {.type = NFTA_EXPR_NAME, .min = 1, .max = 32},
        {.type = NFTA_EXPR_DATA},
    }};
    static constexpr std::array<AttributeRule, 2> kCounter{{
        {.type = NFTA_COUNTER_BYTES, .min = 8, .max = 8},
        {.type = NFTA_COUNTER_PACKETS, .min = 8, .max = 8},
    }};
    const auto outer = Attributes::parse(expression, kExpression);
    if (!outer) return false;
    if (outer->text(NFTA_EXPR_NAME) != "counter") return true;
    const auto inner =
        Attributes::parse(outer->find(NFTA_EXPR_DATA).value_or(ByteView{}), kCounter);
    if (!inner) return false;
    out.packets = number(*inner, NFTA_COUNTER_PACKETS);
    out.octets = number(*inner, NFTA_COUNTER_BYTES);
    return true;
}

std::optional<NftElement> read_element(ByteView bytes) {
    static constexpr std::array<AttributeRule, 2> kElement{{
        {.type = NFTA_SET_ELEM_KEY},
        {.type = NFTA_SET_ELEM_EXPR},
    }};
    // A set's key has at most 64 octets.
    static constexpr std::array<AttributeRule, 1> kKey{
        {{.type = NFTA_DATA_VALUE, .min = 1, .max = 64}}};
    const auto element = Attributes::parse(bytes, kElement);
    if (!element) return std::nullopt;
    const auto key = Attributes::parse(element->find(NFTA_SET_ELEM_KEY).value_or(ByteView{}), kKey);
    if (!key || !key->find(NFTA_DATA_VALUE)) return std::nullopt;
    NftElement out{.key = *key->find(NFTA_DATA_VALUE)};
    const auto expression = element->find(NFTA_SET_ELEM_EXPR);
    if (expression && !read_counter(*expression, out)) return std::nullopt;
    return out;
}

}  // namespace

std::optional<NftTableRecord> decode_table(ByteView payload) {
    static constexpr std::array<AttributeRule, 2> kPolicy{{
        {.type = NFTA_TABLE_HANDLE, .min = 8, .max = 8},
        {.type = NFTA_TABLE_USERDATA, .min = 0, .max = 256},
    }};
    if (!take_header<nfgenmsg>(payload)) return std::nullopt;
    const auto attributes = Attributes::parse(payload, kPolicy);
    if (!attributes) return std::nullopt;
    NftTableRecord out{.handle = number(*attributes, NFTA_TABLE_HANDLE), .comment = {}};
    const ByteView data = attributes->find(NFTA_TABLE_USERDATA).value_or(ByteView{});
    // A comment, if there is one, is the only thing that nft(8) keeps there.
    if (data.size() < 3 || data[0] != kCommentType) return out;
    const std::size_t length = std::min<std::size_t>({data[1], data.size() - 2, kMaxComment});
    const ByteView text = data.subspan(2, length);
    out.comment = {text.begin(), std::ranges::find(text, std::uint8_t{0})};
    return out;
}

void decode_elements(ByteView payload, const std::function<void(const NftElement&)>& visit) {
    static constexpr std::array<AttributeRule, 1> kPolicy{{{.type = NFTA_SET_ELEM_LIST_ELEMENTS}}};
    if (!take_header<nfgenmsg>(payload)) return;
    const auto attributes = Attributes::parse(payload, kPolicy);
    if (!attributes) return;
    ByteView list = attributes->find(NFTA_SET_ELEM_LIST_ELEMENTS).value_or(ByteView{});
    while (const auto item = next_attribute(list)) {
        if (item->type != NFTA_LIST_ELEM) continue;
        const auto element = read_element(item->value);
        if (!element) return;
        visit(*element);
    }
}

}  // namespace dmm::kernel
