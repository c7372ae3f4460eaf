#include "tests/kernel/fake_nft.h"

#include <array>
#include <bit>
#include <cerrno>
#include <utility>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "lib/kernel/netlink_builder.h"

namespace dmm::kernel {
namespace {

// The name of the table is attribute 1 of every kind of message, that of the set or chain 2.
constexpr std::array<AttributeRule, 3> kNames{{{.type = 1}, {.type = 2}, {.type = 3}}};
constexpr std::array<AttributeRule, 2> kTable{
    {{.type = NFTA_TABLE_NAME}, {.type = NFTA_TABLE_USERDATA}}};
constexpr std::array<AttributeRule, 1> kKey{{{.type = NFTA_SET_ELEM_KEY}}};
constexpr std::array<AttributeRule, 1> kValue{{{.type = NFTA_DATA_VALUE}}};

int kind_of(const Message& message) {
    return message.type & 0xff;
}

Bytes owned(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

Attributes parse(const Message& message, std::span<const AttributeRule> policy) {
    ByteView rest = message.payload;
    (void)take_header<nfgenmsg>(rest);
    return Attributes::parse(rest, policy).value();
}

std::uint64_t swapped(std::uint64_t value) {
    return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

void put_header(MessageBuilder& out) {
    out.put(nfgenmsg{.nfgen_family = 10, .version = NFNETLINK_V0, .res_id = 0});
}

constexpr std::uint16_t type_of(int kind) {
    return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | kind);
}

void put_element(MessageBuilder& out, const Bytes& key, const FakeTable::Count& count) {
    const MessageBuilder::Nest element(out, NFTA_LIST_ELEM);
    {
        const MessageBuilder::Nest data(out, NFTA_SET_ELEM_KEY);
        out.attribute(NFTA_DATA_VALUE, key);
    }
    const MessageBuilder::Nest expression(out, NFTA_SET_ELEM_EXPR);
    out.attribute_text(NFTA_EXPR_NAME, "counter");
    const MessageBuilder::Nest data(out, NFTA_EXPR_DATA);
    out.attribute_value(NFTA_COUNTER_BYTES, swapped(count.octets));
    out.attribute_value(NFTA_COUNTER_PACKETS, swapped(count.packets));
}

}  // namespace

std::expected<void, int> FakeNft::send(std::span<const std::uint8_t> batch) {
    ByteView rest = batch;
    const auto first = next_message(rest);
    if (first && first->type == NFNL_MSG_BATCH_BEGIN) {
        transaction(batch);
    } else if (first) {
        query(*first);
    }
    return {};
}

std::expected<std::span<const std::uint8_t>, int> FakeNft::receive() {
    if (answers_.empty() || std::exchange(silent, false)) return std::unexpected(EAGAIN);
    delivered_ = std::move(answers_.front());
    answers_.pop_front();
    return delivered_;
}

void FakeNft::answer(std::uint32_t sequence, int code) {
    MessageBuilder out(answers_.emplace_back(), NLMSG_ERROR, NLM_F_CAPPED, sequence);
    out.put(nlmsgerr{.error = -code, .msg = {}});
    (void)out.finish();
}

void FakeNft::transaction(ByteView batch) {
    ++transactions;
    auto state = tables;
    bool fine = true;
    std::vector<std::pair<std::uint32_t, int>> acks;
    while (const auto request = next_message(batch)) {
        if (request->type == NFNL_MSG_BATCH_END) break;
        if (request->type == NFNL_MSG_BATCH_BEGIN && begin_refused != 0) {
            answer(request->sequence, begin_refused);
            return;
        }
        if (request->type == NFNL_MSG_BATCH_BEGIN) continue;
        const int code = carry_out(*request, state);
        fine = fine && code == 0;
        if (code != 0 || (request->flags & NLM_F_ACK) != 0) {
            acks.emplace_back(request->sequence, code);
        }
    }
    if (fine) tables = std::move(state);
    for (const auto& [sequence, code] : acks)
        answer(sequence, code);
}

int FakeNft::carry_out(const Message& request, std::map<std::string, FakeTable>& state) {
    const Attributes names = parse(request, kNames);
    const std::string name = names.text(1);
    const int kind = kind_of(request);
    if (kind == NFT_MSG_NEWTABLE) {
        const auto [table, fresh] = state.try_emplace(name);
        if (!fresh) return 0;
        table->second.handle = next_handle_++;
        const auto comment = parse(request, kTable).find(NFTA_TABLE_USERDATA);
        table->second.comment = owned(comment.value_or(ByteView{}));
        return 0;
    }
    const auto table = state.find(name);
    if (table == state.end()) return ENOENT;
    switch (kind) {
        case NFT_MSG_DELTABLE:
            state.erase(table);
            return 0;
        case NFT_MSG_NEWSET:
            table->second.sets.try_emplace(names.text(2));
            return 0;
        case NFT_MSG_NEWCHAIN:
            ++table->second.chains;
            return 0;
        case NFT_MSG_NEWRULE:
            ++table->second.rules;
            return 0;
        case NFT_MSG_NEWSETELEM:
        case NFT_MSG_DELSETELEM:
            return change_elements(request, table->second, kind == NFT_MSG_NEWSETELEM);
        default:
            return EINVAL;
    }
}

int FakeNft::change_elements(const Message& request, FakeTable& table, bool add) const {
    const Attributes names = parse(request, kNames);
    const auto set = table.sets.find(names.text(2));
    if (set == table.sets.end()) return ENOENT;
    ByteView list = names.find(NFTA_SET_ELEM_LIST_ELEMENTS).value_or(ByteView{});
    while (const auto item = next_attribute(list)) {
        const auto element = Attributes::parse(item->value, kKey).value();
        const auto value =
            Attributes::parse(element.find(NFTA_SET_ELEM_KEY).value(), kValue).value();
        const Bytes key = owned(value.find(NFTA_DATA_VALUE).value());
        if (key == bad_key) return EINVAL;
        if (add) {
            set->second.try_emplace(key);
        } else if (set->second.erase(key) == 0) {
            return ENOENT;
        }
    }
    return 0;
}

void FakeNft::query(const Message& request) {
    const Attributes names = parse(request, kNames);
    const auto table = tables.find(names.text(1));
    if (begin_refused != 0 || table == tables.end()) {
        answer(request.sequence, begin_refused != 0 ? begin_refused : ENOENT);
        return;
    }
    if (kind_of(request) != NFT_MSG_GETTABLE) {
        dump(request, table->second, names.text(2));
        return;
    }
    MessageBuilder out(answers_.emplace_back(), type_of(NFT_MSG_NEWTABLE), 0, request.sequence);
    put_header(out);
    out.attribute_text(NFTA_TABLE_NAME, table->first);
    out.attribute_value(NFTA_TABLE_HANDLE, swapped(table->second.handle));
    if (!table->second.comment.empty()) {
        out.attribute(NFTA_TABLE_USERDATA, table->second.comment);
    }
    (void)out.finish();
}

void FakeNft::dump(const Message& request, const FakeTable& table, const std::string& set) {
    const auto found = table.sets.find(set);
    if (found == table.sets.end()) {
        answer(request.sequence, ENOENT);
        return;
    }
    const bool torn = std::exchange(interrupt_dump, false);
    // One element in each part, so that a dump has several.
    for (const auto& [key, count] : found->second) {
        MessageBuilder out(answers_.emplace_back(),
                           type_of(NFT_MSG_NEWSETELEM),
                           static_cast<std::uint16_t>(NLM_F_MULTI | (torn ? NLM_F_DUMP_INTR : 0)),
                           request.sequence);
        put_header(out);
        {
            const MessageBuilder::Nest list(out, NFTA_SET_ELEM_LIST_ELEMENTS);
            put_element(out, key, count);
        }
        (void)out.finish();
    }
    MessageBuilder out(answers_.emplace_back(), NLMSG_DONE, NLM_F_MULTI, request.sequence);
    out.put(0);
    (void)out.finish();
}

}  // namespace dmm::kernel
