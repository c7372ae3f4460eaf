// What the decoder refuses, in which order, and what it lets pass.
#include "lib/base/rng.h"
#include "lib/wire/decode.h"
#include "lib/wire/decode_message.h"
#include "tests/support/catch.h"
#include "tests/unit/wire_octets.h"

using namespace dmm;
using namespace dmm::wire;
using namespace dmm::wire::test;

TEST_CASE("decode: the frame comes first") {
    CHECK(error_of({}) == DecodeError{Fault::TooShort, 0, 0});
    CHECK(error_of(Bytes(7)) == DecodeError{Fault::TooShort, 0, 0});
    CHECK(error_of(Bytes(12)) == DecodeError{Fault::NotMultipleOf8, 0, 0});
    Bytes bytes = pbu(kMnId);
    bytes[1] = 200;
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::LengthBeyondData, 1, 0});
    bytes = pbu(kMnId);
    bytes.resize(bytes.size() + 8);
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::TrailingData, 1, 0});
    CHECK(error_of(Bytes(2056)).fault == Fault::TrailingData);
}

TEST_CASE("decode: the header is judged in the order of RFC 6275 section 9.2") {
    // Everything is wrong at once; each repair uncovers the next fault.
    Bytes bytes = octets(
        "29006300"
        "0000"
        "0000" +
        zeros(8));
    bytes[1] = 1;
    CHECK(error_of(bytes) == DecodeError{Fault::BadChecksum, 4, 0});
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::UnknownType, 2, 0});
    bytes[2] = 7;  // BE, which needs 24 octets
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::BadPayloadProto, 0, 0});
    bytes[0] = 59;
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::HeaderTooShort, 1, 0});
    bytes[2] = 5;
    seal(bytes);
    CHECK(decode(bytes, kAddresses).has_value());
}

TEST_CASE("decode: a Header Len that the type forbids is answered, whatever follows it") {
    Bytes bytes = pbu(kMnId);
    bytes[1] = 0;
    seal(bytes);
    CHECK(error_of(bytes) == DecodeError{Fault::HeaderTooShort, 1, 0});
    // The type is what makes the difference.
    bytes[2] = 0;
    seal(bytes);
    CHECK(error_of(bytes).fault == Fault::TrailingData);
    bytes[2] = 99;
    seal(bytes);
    CHECK(error_of(bytes).fault == Fault::TrailingData);
}

TEST_CASE("decode: every registered type is known, no other is") {
    for (unsigned type = 0; type < 256; ++type) {
        INFO(type);
        Bytes bytes(24);
        bytes[0] = 59;
        bytes[1] = 2;
        bytes[2] = static_cast<std::uint8_t>(type);
        seal(bytes);
        const auto result = decode(bytes, kAddresses);
        if (type <= 23) {
            REQUIRE(result);
            CHECK(mh_type_of(result->message) == type);
            CHECK(mh_type_name(bytes[2]) != "UNKNOWN");
            const bool unused = (type >= 1 && type <= 4) || (type >= 8 && type <= 12) ||
                                type == 14 || type == 15 || type >= 21;
            CHECK(std::holds_alternative<OtherMessage>(result->message) == unused);
        } else {
            REQUIRE_FALSE(result);
            CHECK(result.error().fault == Fault::UnknownType);
            CHECK(mh_type_name(bytes[2]) == "UNKNOWN");
        }
    }
}

TEST_CASE("decode: the least Header Len of each type") {
    constexpr std::array<std::uint8_t, 24> kLeast{0, 1, 1, 2, 2, 1, 1, 2, 0, 0, 0, 0,
                                                  0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0};
    for (std::uint8_t type = 0; type < kLeast.size(); ++type) {
        INFO(unsigned{type});
        for (std::uint8_t units = 0; units < 3; ++units) {
            Bytes bytes((std::size_t{units} + 1) * 8);
            bytes[0] = 59;
            bytes[1] = units;
            bytes[2] = type;
            seal(bytes);
            const auto result = decode(bytes, kAddresses);
            CHECK(result.has_value() == (units >= kLeast.at(type)));
            if (!result) CHECK(result.error().fault == Fault::HeaderTooShort);
        }
    }
}

TEST_CASE("decode: the checksum covers the addresses, and the kernel's word is taken") {
    const Bytes bytes = pbu(kMnId);
    Addresses other = kAddresses;
    other.source = *Ip6Address::parse("2001:db8:1::2");
    REQUIRE_FALSE(decode(bytes, other));
    CHECK(decode(bytes, other).error().fault == Fault::BadChecksum);
    const auto trusted = decode(bytes, other, Checksum::AlreadyVerified);
    REQUIRE(trusted);
    CHECK(trusted->header.checksum == trusted->header.checksum_correct);
    // A field of zero does not mean "unchecked".
    Bytes zero = bytes;
    zero[4] = zero[5] = 0;
    CHECK(error_of(zero).fault == Fault::BadChecksum);
}

TEST_CASE("decode: reserved fields do not count") {
    const Decoded d =
        decoded(message("3b0005ff0000"
                        "0001"
                        "821f"
                        "0096"
                        "1702ff04"
                        "1802ff03"
                        "1908ffff020000000101"));
    const auto& update = std::get<ProxyBindingUpdate>(d.message);
    CHECK(update.flags == 0x821f);
    CHECK(find<HandoffIndicator>(update.options)->value == Handoff::Unknown);
    CHECK(find<AccessTechnologyType>(update.options)->value == 3);
    CHECK(to_hex(find<MnLinkLayerIdentifier>(update.options)->identifier) == "020000000101");
    CHECK(d.header.reserved == 0xff);
}

TEST_CASE("decode: faults have names, sentences and reactions") {
    CHECK(name_of(Fault::TooShort) == "too_short");
    CHECK(name_of(Fault::OptionBadPrefixLength) == "option_bad_prefix_length");
    CHECK(to_text(DecodeError{Fault::OptionBadLength, 36, 22}) ==
          "octet 36: option 22 (home_network_prefix): the option's Length is not one that it may "
          "have");
    CHECK(to_text(DecodeError{Fault::BadChecksum, 4, 0}) ==
          "octet 4: the checksum is wrong for these addresses");
    for (unsigned f = 0; f <= static_cast<unsigned>(Fault::OptionRepeated); ++f) {
        const auto fault = static_cast<Fault>(f);
        CHECK_FALSE(name_of(fault).empty());
        const bool answered = fault == Fault::UnknownType || fault == Fault::BadPayloadProto ||
                              fault == Fault::HeaderTooShort;
        CHECK((reaction_to(fault) != Reaction::Silent) == answered);
    }
    CHECK(reaction_to(Fault::UnknownType) == Reaction::BindingError);
}

TEST_CASE("decode: the message alone is judged as strictly") {
    Bytes bytes = pbu(kMnId);
    CHECK(decode_message(bytes, kAddresses) == decode(bytes, kAddresses)->message);
    bytes[4] ^= 1U;
    CHECK(decode_message(bytes, kAddresses).error() == error_of(bytes));
    CHECK(decode_message(bytes, kAddresses, Checksum::AlreadyVerified));
}

TEST_CASE("decode: noise neither harms nor costs more than its own size") {
    Rng rng(Seed{42});
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes((1 + rng.below(32)) * 8);
        for (std::uint8_t& octet : bytes) {
            // Small numbers are the interesting ones: they are types and lengths.
            octet = static_cast<std::uint8_t>(rng.below(rng.below(4) == 0 ? 256 : 32));
        }
        bytes[0] = 59;
        bytes[1] = static_cast<std::uint8_t>(bytes.size() / 8 - 1);
        bytes[2] = static_cast<std::uint8_t>(rng.below(25));
        const auto result = decode(bytes, kAddresses, Checksum::AlreadyVerified);
        const auto alone = decode_message(bytes, kAddresses, Checksum::AlreadyVerified);
        REQUIRE(alone.has_value() == result.has_value());
        if (!result) CHECK(alone.error() == result.error());
        if (!result) continue;
        CHECK(*alone == result->message);
        CHECK(result->layout.size() <= bytes.size());
        std::size_t at = 0;
        for (const Placed& placed : result->layout) {
            if (at != 0) CHECK(placed.offset == at);
            at = std::size_t{placed.offset} + placed.total;
        }
        if (!result->layout.empty()) CHECK(at == bytes.size());
        if (!can_be_carried(result->message)) continue;
        const auto again = decode(encode(result->message, kAddresses), kAddresses);
        REQUIRE(again);
        CHECK(again->message == result->message);
    }
}
