// Canonical form: alignment, padding, limits.
#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::wire;

namespace {

const Addresses kAddresses{.source = *Ip6Address::parse("2001:db8:1::1"),
                           .destination = *Ip6Address::parse("2001:db8:ffff::c0")};

// As many octets of padding as asked for, in front of the option to be aligned.
Option filler(std::size_t octets) {
    return RawOption{.type = 200, .data = Bytes(octets - 2)};
}

// Where `option` comes to stand when the octet before it is `before` (>= 14).
std::size_t offset_of(const Option& option, std::size_t before) {
    const ProxyBindingUpdate update{.options = {filler(before - 12), option}};
    const auto decoded = decode(encode(update, kAddresses), kAddresses);
    REQUIRE(decoded);
    for (const Placed& placed : decoded->layout) {
        if (placed.type > 1 && placed.option == 1) return placed.offset;
    }
    FAIL("the option is gone");
    return 0;
}

}  // namespace

TEST_CASE("encode: each option starts at its alignment with the least padding") {
    struct Row {
        Option option;
        std::size_t x;
        std::size_t y;
    };

    const std::vector<Row> rows{
        {BindingRefreshAdvice{}, 2, 0},
        {AlternateCareOfAddress{}, 8, 6},
        {BindingAuthorizationData{}, 8, 2},
        {MhLinkLayerAddress{}, 1, 0},
        {MnIdentifier{}, 1, 0},
        {Authentication{}, 4, 1},
        {ReplayProtection{}, 8, 2},
        {Experimental{}, 1, 0},
        {VendorSpecific{}, 4, 2},
        {ServiceSelection{.name = "x"}, 1, 0},
        {HomeNetworkPrefix{}, 8, 4},
        {HandoffIndicator{}, 1, 0},
        {AccessTechnologyType{}, 1, 0},
        {LinkLocalAddress{}, 8, 6},
        {Timestamp{}, 8, 2},
        {RestartCounter{}, 4, 2},
        {LmaAddress{}, 1, 0},
        {MnLinkLocalInterfaceId{}, 1, 0},
        {RedirectCapability{}, 4, 0},
        {Redirect{}, 4, 0},
        {LoadInformation{}, 4, 0},
        {MnGroupIdentifier{}, 1, 0},
        {MagIpv6Address{}, 8, 4},
        {AnchoredPrefix{}, 8, 4},
        {LocalPrefix{}, 8, 4},
        {PreviousMaar{}, 8, 4},
        {ServingMaar{}, 8, 6},
        {DlifLinkLocalAddress{}, 8, 6},
        // Link-layer addresses: 48-bit ones on 4n, those of whole 64-bit words on 8n+4.
        {MnLinkLayerIdentifier{.identifier = Bytes(6)}, 4, 0},
        {MnLinkLayerIdentifier{.identifier = Bytes(8)}, 8, 4},
        {MnLinkLayerIdentifier{.identifier = Bytes(16)}, 8, 4},
        {MnLinkLayerIdentifier{.identifier = Bytes(20)}, 4, 0},
        {MnLinkLayerIdentifier{.identifier = Bytes()}, 4, 0},
        {DlifLinkLayerAddress{.address = Bytes(6)}, 4, 0},
        {DlifLinkLayerAddress{.address = Bytes(8)}, 8, 4},
        {RawOption{.type = 36, .data = Bytes(6)}, 4, 0},
        {RawOption{.type = 52, .data = Bytes(6)}, 4, 0},
        {RawOption{.type = 55, .data = Bytes(18)}, 8, 2},
        {RawOption{.type = 58, .data = Bytes(6)}, 4, 0},
        {RawOption{.type = 59, .data = Bytes(18)}, 8, 2},
        {RawOption{.type = 62, .data = Bytes(8)}, 4, 2},
        {RawOption{.type = 64, .data = Bytes(3)}, 1, 0},
        {RawOption{.type = 201, .data = Bytes(3)}, 1, 0},
    };
    for (const Row& row : rows) {
        for (std::size_t before = 14; before < 30; ++before) {
            INFO("option " << unsigned{type_of(row.option)} << " after octet " << before);
            const std::size_t offset = offset_of(row.option, before);
            CHECK(offset % row.x == row.y);
            CHECK(offset >= before);
            CHECK(offset - before < row.x);
        }
    }
}

TEST_CASE("encode: one octet of padding is Pad1, more are one PadN") {
    // Auth (4n+1) at 12 needs one octet before it; 13 + 9 = 22 needs two at the end.
    const ProxyBindingUpdate update{
        .sequence = 1,
        .lifetime = 150,
        .options = {Authentication{.subtype = 1, .spi = 256, .authenticator = Bytes{0xaa, 0xbb}}}};
    CHECK(to_hex(encode(update, kAddresses)).substr(12) ==
          "0001"
          "8210"
          "0096"
          "00"
          "09070100000100aabb"
          "0100");
    // Restart Counter (4n+2) at 14; 20 leaves four octets.
    const Heartbeat beat{
        .response = true, .sequence = 7, .options = {RestartCounter{.counter = 9}}};
    CHECK(to_hex(encode(beat, kAddresses)).substr(12) ==
          "0001"
          "00000007"
          "0100"
          "1c0400000009"
          "01020000");
}

TEST_CASE("encode: messages without options have their least length") {
    const std::vector<std::pair<Message, std::size_t>> sizes{
        {BindingRefreshRequest{}, 8},
        {ProxyBindingUpdate{}, 16},
        {ProxyBindingAck{}, 16},
        {BindingError{}, 24},
        {Heartbeat{}, 16},
        {BindingRevocation{}, 16},
        {LocalizedRoutingInitiation{}, 16},
        {LocalizedRoutingAck{}, 16},
        {UpdateNotification{}, 16},
        {UpdateNotificationAck{}, 16},
        {OtherMessage{.mh_type = 1, .data = Bytes(10)}, 16}};
    for (const auto& [message, size] : sizes) {
        INFO(unsigned{mh_type_of(message)});
        const Bytes bytes = encode(message, kAddresses);
        CHECK(bytes.size() == size);
        CHECK(bytes[0] == 59);
        CHECK(bytes[1] == size / 8 - 1);
        const auto decoded = decode(bytes, kAddresses);
        REQUIRE(decoded);
        CHECK(decoded->message == message);
    }
}

TEST_CASE("encode: what cannot be carried is told before") {
    const auto carried = [](Options options) {
        return can_be_carried(ProxyBindingUpdate{.options = std::move(options)});
    };
    CHECK(carried({MnIdentifier{MnId::nai(std::string(254, 'n'))}}));
    CHECK_FALSE(carried({MnIdentifier{MnId::nai(std::string(255, 'n'))}}));
    CHECK(carried({RawOption{.type = 200, .data = Bytes(255)}}));
    CHECK_FALSE(carried({RawOption{.type = 200, .data = Bytes(256)}}));
    CHECK_FALSE(carried({RawOption{.type = 0, .data = {}}}));
    CHECK_FALSE(carried({RawOption{.type = 1, .data = {}}}));
    CHECK_FALSE(carried({RawOption{.type = 22, .data = Bytes(17)}}));
    CHECK_FALSE(carried({ServiceSelection{.name = ""}}));
    // 12 + 7 * 257 + 237 = 2048: full to the last octet.
    Options full(7, Option(RawOption{.type = 200, .data = Bytes(255)}));
    full.emplace_back(RawOption{.type = 200, .data = Bytes(235)});
    CHECK(carried(full));
    CHECK(encode(ProxyBindingUpdate{.options = full}, kAddresses).size() == 2048);
    full.back() = RawOption{.type = 200, .data = Bytes(236)};
    CHECK_FALSE(carried(full));

    CHECK_FALSE(can_be_carried(OtherMessage{.mh_type = 1, .data = Bytes(2)}));   // below minimum
    CHECK_FALSE(can_be_carried(OtherMessage{.mh_type = 11, .data = Bytes(3)}));  // not 8n
    CHECK_FALSE(can_be_carried(OtherMessage{.mh_type = 24, .data = Bytes(10)}));
    CHECK_FALSE(can_be_carried(OtherMessage{.mh_type = 11, .data = Bytes(2050)}));
    CHECK(can_be_carried(OtherMessage{.mh_type = 11, .data = Bytes(2042)}));
}

TEST_CASE("encode: the checksum is over header, message and pseudo-header") {
    const Bytes bytes = encode(Heartbeat{.sequence = 1, .options = {}}, kAddresses);
    const std::uint16_t sum = mobility_checksum(bytes, kAddresses);
    CHECK(sum == (static_cast<unsigned>(bytes[4]) << 8U | bytes[5]));
    // Octets that hold their own checksum sum up to zero.
    CHECK(pseudo_header_checksum(bytes, kAddresses, 135) == 0);
    CHECK(pseudo_header_checksum(bytes, kAddresses, 58) != 0);
    Bytes other = bytes;
    other[4] = 0x12;
    CHECK(mobility_checksum(other, kAddresses) == sum);
    // The last odd octet counts as the high one of a word.
    CHECK(pseudo_header_checksum(Bytes{0x01}, {}, 0) == 0xfefe);
    CHECK(pseudo_header_checksum(Bytes(1280, 0xff), {}, 0) ==
          pseudo_header_checksum(Bytes(1280, 0x00), {}, 0));
}
