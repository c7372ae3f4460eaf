// Mobility options on the wire: Lengths, repetition, padding, fields.
#include "lib/wire/decode.h"
#include "tests/support/catch.h"
#include "tests/unit/wire_octets.h"

using namespace dmm;
using namespace dmm::wire;
using namespace dmm::wire::test;

TEST_CASE("decode: an option that does not end inside the message") {
    // 19 octets of PadN leave one octet: a Type without a Length.
    const std::string pad = "0111" + zeros(17);
    CHECK(error_of(pbu(pad + "16")) == DecodeError{Fault::OptionTruncated, 31, 22});
    CHECK(error_of(pbu(pad + "01")) == DecodeError{Fault::OptionTruncated, 31, 1});
    CHECK(decoded(pbu(pad + "00")).layout.size() == 2);
    CHECK(error_of(pbu("c803aabb")) == DecodeError{Fault::OptionTruncated, 12, 200});
    CHECK(error_of(pbu("01ff0000")) == DecodeError{Fault::OptionTruncated, 12, 1});
    CHECK(options_in(decoded(pbu("c802aabb"))).size() == 1);
}

TEST_CASE("decode: known options have the Lengths of their RFCs only") {
    struct Rule {
        std::uint8_t type;
        std::vector<unsigned> good;
        std::vector<unsigned> bad;
    };

    const std::vector<Rule> rules{
        {2, {2}, {0, 1, 3, 255}},
        {3, {16}, {0, 15, 17, 18}},
        {5, {0, 1, 12, 255}, {}},
        {7, {1, 7, 255}, {0}},
        {8, {0, 1, 2, 255}, {}},
        {9, {5, 17, 255}, {0, 4}},
        {10, {8}, {0, 7, 9}},
        {18, {0, 1, 255}, {}},
        {19, {5, 6, 255}, {0, 4}},
        {20, {1, 2, 255}, {0}},
        {22, {18}, {0, 17, 19, 34}},
        {23, {2}, {0, 1, 3}},
        {24, {2}, {0, 1, 3}},
        {25, {2, 3, 8, 10, 255}, {0, 1}},
        {26, {16}, {0, 15, 18}},
        {27, {8}, {0, 7, 9}},
        {28, {4}, {0, 3, 5}},
        {41, {18, 6}, {0, 5, 7, 17, 19}},
        {42, {10}, {0, 8, 9, 11}},
        {46, {2}, {0, 1, 3}},
        {47, {18, 6}, {0, 2, 7, 17, 19}},
        {48, {18}, {0, 17, 19}},
        {50, {6}, {0, 5, 7}},
        {51, {18}, {0, 16, 17, 19}},
        {65, {18}, {0, 17, 19}},
        {66, {18}, {0, 17, 19}},
        {67, {34}, {0, 18, 33, 35}},
        {68, {16}, {0, 15, 17, 18}},
        {69, {16}, {0, 15, 17, 18}},
        {70, {2, 3, 8, 10, 255}, {0, 1}},
        // Not looked into: any Length.
        {36, {0, 6}, {}},
        {52, {0, 9}, {}},
        {62, {0, 9}, {}},
        {64, {0, 9}, {}},
        {200, {0, 255}, {}},
    };
    const auto with = [](std::uint8_t type, unsigned length) {
        const std::array<std::uint8_t, 2> head{type, static_cast<std::uint8_t>(length)};
        return pbu(to_hex(head) + zeros(length));
    };
    for (const Rule& rule : rules) {
        for (const unsigned length : rule.good) {
            INFO("option " << unsigned{rule.type} << " length " << length);
            const Decoded d = decoded(with(rule.type, length));
            REQUIRE(options_in(d).size() == 1);
            CHECK(type_of(options_in(d).front()) == rule.type);
        }
        for (const unsigned length : rule.bad) {
            INFO("option " << unsigned{rule.type} << " length " << length);
            CHECK(error_of(with(rule.type, length)) ==
                  DecodeError{Fault::OptionBadLength, 12, rule.type});
        }
    }
}

TEST_CASE("decode: a prefix longer than 128 bits is refused, host bits are cleared") {
    for (const std::string type : {"16", "41", "42"}) {
        INFO(type);
        CHECK(error_of(pbu(type + "120081" + std::string(32, 'f'))).fault ==
              Fault::OptionBadPrefixLength);
        CHECK(options_in(decoded(pbu(type + "120080" + std::string(32, 'f')))).size() == 1);
    }
    CHECK(error_of(pbu(std::string(kMnId) + "43220081" + zeros(32))) ==
          DecodeError{Fault::OptionBadPrefixLength, 18, 67});
    const Decoded d =
        decoded(pbu("4322ff30"
                    "20010db8000200000000000000000001"
                    "20010db8a200ffffffffffffffffffff"));
    const auto* previous = find<PreviousMaar>(options_in(d));
    REQUIRE(previous != nullptr);
    CHECK(to_text(previous->address) == "2001:db8:2::1");
    CHECK(to_text(previous->prefix) == "2001:db8:a200::/48");
}

TEST_CASE("decode: options that may occur once in a BU or BA") {
    const std::vector<std::string> once{"0310" + zeros(16),
                                        std::string(kMnId),
                                        "17020004",
                                        "18020003",
                                        "1904" + zeros(4),
                                        "1a10" + zeros(16),
                                        std::string(kTimestamp),
                                        "4410" + zeros(16)};
    for (const std::string& option : once) {
        INFO(option);
        CHECK(error_of(pbu(option + option)).fault == Fault::OptionRepeated);
        CHECK(error_of(message("3b0006000000"
                               "0022"
                               "0001"
                               "0096" +
                               option + option))
                  .fault == Fault::OptionRepeated);
        // RFC 6705 section 10: both nodes of a localized route are named in one message.
        CHECK(options_in(decoded(message(std::string(kLri) + option + option))).size() == 2);
    }
    const std::vector<std::string> often{"1612" + zeros(18),
                                         "1305" + zeros(5),
                                         "4112" + zeros(18),
                                         "4212" + zeros(18),
                                         "4322" + zeros(34),
                                         "4510" + zeros(16),
                                         "4604" + zeros(4),
                                         "c800"};
    for (const std::string& option : often) {
        INFO(option);
        CHECK(options_in(decoded(pbu(option + option + option))).size() == 3);
    }
}

TEST_CASE("decode: an MN Identifier of Length 0 is seen and names nobody") {
    const Decoded d = decoded(pbu("0800" + std::string(kTimestamp)));
    CHECK(find<MnIdentifier>(options_in(d)) == nullptr);
    CHECK(options_in(d).front() == Option(RawOption{.type = 8, .data = {}}));
    CHECK(d.layout.front() == Placed{.offset = 12, .type = 8, .total = 2, .option = 0});
    // Length 1 is an identifier without octets: the answer to a PBU that had none.
    const Decoded empty = decoded(pbu("080101"));
    const auto* mn = find<MnIdentifier>(options_in(empty));
    REQUIRE(mn != nullptr);
    CHECK(mn->id == MnId::nai(""));
    CHECK(error_of(pbu("0800" + std::string(kMnId))).fault == Fault::OptionRepeated);
}

TEST_CASE("decode: padding of any kind is passed over and reported") {
    const Decoded d =
        decoded(pbu("00"
                    "0100"
                    "0103ffffff" +
                    std::string(kMnId) + "0000"));
    REQUIRE(d.layout.size() == 10);  // six Pad1 close the message
    CHECK(d.layout[0] == Placed{.offset = 12, .type = 0, .total = 1, .option = 0});
    CHECK(d.layout[1] == Placed{.offset = 13, .type = 1, .total = 2, .option = 0});
    CHECK(d.layout[2] == Placed{.offset = 15, .type = 1, .total = 5, .option = 0});
    CHECK(d.layout[3] == Placed{.offset = 20, .type = 8, .total = 6, .option = 0});
    CHECK(d.layout[4].offset == 26);
    REQUIRE(options_in(d).size() == 1);
}

TEST_CASE("decode: options with fields") {
    const Decoded d = decoded(message(std::string(kLri) + "0a08"
                                                          "83aa7e8080000000"
                                                          "2906"
                                                          "0200"
                                                          "c0000201"
                                                          "2a0a"
                                                          "0000"
                                                          "02005efffe005213"
                                                          "2f06"
                                                          "4000"
                                                          "c0000202"
                                                          "3206"
                                                          "0100"
                                                          "00000001"
                                                          "070702"
                                                          "020000000101"
                                                          "1404"
                                                          "64617461"));
    const Options& o = options_in(d);
    REQUIRE(o.size() == 7);
    CHECK(find<ReplayProtection>(o)->timestamp == 0x83aa7e8080000000ULL);
    CHECK(find<LmaAddress>(o)->option_code == 2);
    CHECK(std::get<1>(find<LmaAddress>(o)->address) == std::array<std::uint8_t, 4>{192, 0, 2, 1});
    CHECK(find<MnLinkLocalInterfaceId>(o)->interface_id == 0x02005efffe005213ULL);
    CHECK_FALSE(find<Redirect>(o)->k);
    CHECK(find<Redirect>(o)->n);
    CHECK(std::get<1>(find<Redirect>(o)->address) == std::array<std::uint8_t, 4>{192, 0, 2, 2});
    CHECK(*find<MnGroupIdentifier>(o) == MnGroupIdentifier{.sub_type = 1, .group = 1});
    CHECK(find<MhLinkLayerAddress>(o)->option_code == 2);
    CHECK(find<MhLinkLayerAddress>(o)->address.size() == 6);
    CHECK(find<ServiceSelection>(o)->name == "data");
}
