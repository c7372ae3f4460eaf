#include <cstring>
#include <string>
#include <vector>

#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/kernel/nft_ruleset.h"
#include "tests/kernel/contract.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

constexpr std::uint16_t kAck = 4;

struct Sent {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::string hex;  // behind the netlink header
};

std::vector<Sent> messages_of(NftBatch& batch) {
    REQUIRE(batch.finish());
    std::vector<Sent> out;
    ByteView rest = batch.bytes();
    std::uint32_t sequence = batch.first_sequence();
    while (const auto message = next_message(rest)) {
        CHECK(message->sequence == sequence++);
        out.push_back({message->type, message->flags, to_hex(message->payload)});
    }
    CHECK(rest.empty());
    CHECK(sequence == batch.next_sequence());
    return out;
}

Bytes bytes_of(const char* hex) {
    return parse_hex(hex).value();
}

// Two elements as a 6.1 kernel dumps them: one with a counter, one without.
constexpr const char* kDump =
    "0a00000009000100646d6d6400000000070002007570000070000380"
    "4800018018000180140001002001"
    "0db8a10100010000000000000000"
    "2c000780"
    "0c000100636f756e74657200"
    "1c000280"
    "0c00010000000000000000680c0002000000000000000002"
    "2400018018000180140001002001"
    "0db8a10200010000000000000000"
    "08000300"
    "00000000";

}  // namespace

// The octets are those that nft(8) 1.0.6 sends for the same line.
TEST_CASE("a rule has the octets of nft", "[kernel]") {
    NftBatch batch("dmmd", 7);
    replace_table(batch, {});
    const auto sent = messages_of(batch);
    std::vector<std::string> rules;
    for (const Sent& message : sent) {
        if (message.type == 0x0a06) rules.push_back(message.hex);
    }
    REQUIRE(rules.size() == 9);
    // ip6 saddr fe80::/10 accept
    CHECK(rules.at(2) ==
          "0a00000009000100646d6d64000000000b0002006163636573730000fc000480340001800c0001007061796c"
          "6f6164002400028008000100000000010800020000000001080003000000000808000400000000105c000180"
          "0c00010062697477697365004c00028008000100000000010800020000000001080003000000001018000480"
          "14000100ffc00000000000000000000000000000180005801400010000000000000000000000000000000000"
          "3800018008000100636d70002c00028008000100000000010800020000000000180003801400"
          "0100fe800000000000000000000000000000300001800e000100696d6d6564696174650000001c0002800800"
          "010000000000100002800c0002800800010000000001");
}

TEST_CASE("elements have the octets of nft", "[kernel]") {
    NftBatch batch("dmmd", 1);
    add_elements(batch, {.sources = {{make_dlif(1, 1).mn, make_prefix(1, 1)}}, .prefixes = {}});
    const auto sent = messages_of(batch);
    REQUIRE(sent.size() == 4);
    CHECK(sent[0].type == 16);
    CHECK(sent[0].hex == "0000000a");
    CHECK(sent[3].type == 17);
    CHECK(sent[3].hex == "0000000a");
    // Without NFTA_SET_ELEM_LIST_SET_ID, which says the name once more.
    CHECK(sent[2].type == 0x0a0c);
    CHECK(sent[2].hex ==
          "0a00000009000100646d6d6400000000070002007570000028000380240001802000018"
          "01c000100020000000101000020010db8a10100010000000000000000");
    CHECK((sent[1].flags & kAck) == 0);
    CHECK((sent[2].flags & kAck) == kAck);
    CHECK(batch.last_sequence() == 3);
}

TEST_CASE("an empty transaction is none", "[kernel]") {
    NftBatch batch("dmmd", 1);
    CHECK_FALSE(batch.finish());
}

TEST_CASE("keys and their values go both ways", "[kernel]") {
    const NodePrefix source{make_dlif(3, 1).mn, make_prefix(3, 1)};
    CHECK(node_prefix_of(key_of(source)) == source);
    CHECK(prefix_of(key_of(source.prefix)) == source.prefix);
    CHECK_FALSE(node_prefix_of(key_of(source.prefix)));
    CHECK_FALSE(prefix_of(key_of(source)));
}

TEST_CASE("elements are read with their counters", "[kernel]") {
    std::vector<std::pair<std::string, std::uint64_t>> seen;
    const Bytes dump = bytes_of(kDump);
    decode_elements(dump, [&](const NftElement& element) {
        seen.emplace_back(to_hex(element.key), element.packets);
        seen.emplace_back("", element.octets);
    });
    REQUIRE(seen.size() == 4);
    CHECK(seen[0] == std::pair<std::string, std::uint64_t>("20010db8a10100010000000000000000", 2));
    CHECK(seen[1].second == 0x68);
    CHECK(seen[2].second == 0);
}

TEST_CASE("a table's comment is read as nft writes it", "[kernel]") {
    const auto comment_of = [](const char* data) {
        return decode_table(bytes_of((std::string("0a000000") + data).c_str()));
    };
    const auto named = comment_of(
        "0c00040000000000000000070a000600000468656c00"
        "0000");
    REQUIRE(named);
    CHECK(named->handle == 7);
    CHECK(named->comment == "hel");
    CHECK(comment_of("0a00060000ff68656c00"
                     "0000")
              ->comment == "hel");  // claims too much
    CHECK(comment_of("060006000004"
                     "0000")
              ->comment.empty());
    CHECK(comment_of("0a000600010468656c00"
                     "0000")
              ->comment.empty());  // no comment
    CHECK_FALSE(
        comment_of("08000400"
                   "00000007"));
    CHECK_FALSE(decode_table({}));
}

TEST_CASE("no octets lead a decoder of nf_tables astray", "[kernel]") {
    const Bytes seed = bytes_of(kDump);
    std::size_t seen = 0;
    const auto read = [&](const Bytes& octets) {
        decode_elements(octets, [&](const NftElement& element) { seen += element.key.size(); });
        (void)decode_table(octets);
    };
    for (std::size_t length = 0; length <= seed.size(); ++length)
        read(Bytes(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(length)));
    Rng rng(Seed{1});
    for (int round = 0; round < 20'000; ++round) {
        Bytes mutant = seed;
        for (std::uint64_t i = rng.below(4) + 1; i > 0; --i)
            mutant[rng.below(mutant.size())] = static_cast<std::uint8_t>(rng.next());
        read(mutant);
    }
    CHECK(seen > 0);
}

}  // namespace dmm::kernel
