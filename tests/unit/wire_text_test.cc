#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/text.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::wire;

namespace {

std::optional<Message> parse(std::string_view line) {
    const auto words = split_words(line);
    return words ? parse_message(*words) : std::nullopt;
}

Ip6Address ip(std::string_view text) {
    return Ip6Address::parse(text).value();
}

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

constexpr std::string_view kPbu = "pbu seq=1 flags=APD lifetime=600 ";

}  // namespace

TEST_CASE("text: the line of a PBU") {
    const Message message =
        ProxyBindingUpdate{.sequence = 1,
                           .flags = bu_flag::kDmmPbu,
                           .lifetime = 150,
                           .options = {MnIdentifier{MnId::nai("alice@example")},
                                       HomeNetworkPrefix{prefix("2001:db8:a100:1::/64")},
                                       HandoffIndicator{Handoff::Unknown},
                                       AccessTechnologyType{3}}};
    const std::string line =
        "pbu seq=1 flags=APD lifetime=600 mn=alice@example hnp=2001:db8:a100:1::/64 hi=4 att=3";
    CHECK(to_text(message) == line);
    CHECK(parse(line) == message);
    // Fixed fields may stand anywhere, options keep their order.
    CHECK(parse("pbu mn=alice@example lifetime=600 hnp=2001:db8:a100:1::/64 hi=4 att=3 flags=DAP "
                "seq=1") == message);
}

TEST_CASE("text: one line for each kind of message") {
    const std::vector<std::pair<Message, std::string>> lines{
        {BindingRefreshRequest{}, "brr"},
        {ProxyBindingUpdate{.flags = 0, .lifetime = 0, .options = {}},
         "pbu seq=0 flags=- lifetime=0"},
        {ProxyBindingUpdate{.flags = 0x821f, .lifetime = 65535, .options = {}},
         "pbu seq=0 flags=APD+0x000f lifetime=262140"},
        {ProxyBindingAck{
             .status = Status::TimestampMismatch, .sequence = 7, .lifetime = 0, .options = {}},
         "pba status=TIMESTAMP_MISMATCH seq=7 flags=PD lifetime=0"},
        {ProxyBindingAck{.status = static_cast<Status>(200), .flags = 1, .options = {}},
         "pba status=UNASSIGNED_200 seq=0 flags=+0x0001 lifetime=0"},
        {BindingError{.status = 2, .home_address = ip("2001:db8::1"), .options = {}},
         "be status=2 home=2001:db8::1"},
        {Heartbeat{.unsolicited = true, .response = true, .sequence = 5, .options = {}},
         "heartbeat seq=5 flags=UR"},
        {Heartbeat{}, "heartbeat seq=0 flags=-"},
        {BindingRevocation{
             .br_type = 1, .trigger_or_status = 3, .sequence = 9, .p = true, .options = {}},
         "bri trigger=3 seq=9 flags=P"},
        {BindingRevocation{
             .br_type = 2, .trigger_or_status = 128, .v = true, .g = true, .options = {}},
         "bra status=128 seq=0 flags=VG"},
        {BindingRevocation{.br_type = 7, .trigger_or_status = 1, .options = {}},
         "revocation type=7 code=1 seq=0 flags=-"},
        {LocalizedRoutingInitiation{.sequence = 5, .lifetime = 61, .options = {}},
         "lri seq=5 lifetime=61"},
        {LocalizedRoutingAck{
             .sequence = 5, .unsolicited = true, .status = 128, .lifetime = 1, .options = {}},
         "lra status=128 seq=5 flags=U lifetime=1"},
        {UpdateNotification{.sequence = 1, .reason = 1, .acknowledge = true, .options = {}},
         "upn reason=1 seq=1 flags=A"},
        {UpdateNotification{.sequence = 1,
                            .reason = 8,
                            .acknowledge = true,
                            .retransmission = true,
                            .options = {}},
         "upn reason=8 seq=1 flags=AD"},
        {UpdateNotificationAck{.sequence = 1, .status = 132, .options = {}},
         "upa status=132 seq=1"},
        {OtherMessage{.mh_type = 11, .data = Bytes(10, 0xab)},
         "mh type=11 data=abababababababababab"},
    };
    for (const auto& [message, line] : lines) {
        CHECK(to_text(message) == line);
        INFO(line);
        CHECK(parse(line) == message);
    }
}

TEST_CASE("text: one word for each kind of option") {
    const Bytes mac{0x02, 0, 0, 0, 1, 1};
    const std::vector<std::pair<Option, std::string>> words{
        {BindingRefreshAdvice{60}, "advice=60"},
        {AlternateCareOfAddress{ip("2001:db8::2")}, "coa=2001:db8::2"},
        {BindingAuthorizationData{{0xaa}}, "bad=aa"},
        {MhLinkLayerAddress{.option_code = 2, .address = mac}, "mhlla=2,02:00:00:00:01:01"},
        {MnIdentifier{MnId::nai("a b")}, "mn=1:612062"},
        {MnIdentifier{MnId::nai("o'hara@x")}, "mn=\"o'hara@x\""},
        {Authentication{.subtype = 1, .spi = 256, .authenticator = {1, 2}}, "auth=1,256,0102"},
        {ReplayProtection{0x83aa7e8000000001ULL}, "mesg=83aa7e8000000001"},
        {Experimental{{}}, "exp=\"\""},
        {VendorSpecific{.vendor_id = 32473, .sub_type = 7, .data = {1}}, "vendor=32473,7,01"},
        {ServiceSelection{"a,b \"c\"\n"}, R"(service="a,b \"c\"\x0a")"},
        {HomeNetworkPrefix{}, "hnp=::/0"},
        {HandoffIndicator{static_cast<Handoff>(200)}, "hi=200"},
        {AccessTechnologyType{4}, "att=4"},
        {MnLinkLayerIdentifier{mac}, "llid=02:00:00:00:01:01"},
        {MnLinkLayerIdentifier{{1, 2, 3}}, "llid=010203"},
        {LinkLocalAddress{ip("fe80::1")}, "lla=fe80::1"},
        {Timestamp{1767225600ULL << 16U}, "ts=1767225600"},
        {Timestamp{1767225600ULL << 16U | 9U}, "ts=1767225600+9/65536"},
        {Timestamp{~0ULL}, "ts=281474976710655+65535/65536"},
        {RestartCounter{7}, "restarts=7"},
        {LmaAddress{.option_code = 1, .address = ip("2001:db8::c1")}, "lma=1,2001:db8::c1"},
        {LmaAddress{.option_code = 2, .address = std::array<std::uint8_t, 4>{192, 0, 2, 1}},
         "lma=2,192.0.2.1"},
        {MnLinkLocalInterfaceId{0x02005efffe005213ULL}, "iid=02005efffe005213"},
        {RedirectCapability{}, "redirect-capability"},
        {Redirect{.k = true, .n = false, .address = ip("2001:db8::c1")}, "redirect=K,2001:db8::c1"},
        {Redirect{.k = false, .n = true, .address = std::array<std::uint8_t, 4>{192, 0, 2, 1}},
         "redirect=N,192.0.2.1"},
        {Redirect{.k = false, .n = false, .address = ip("::")}, "redirect=-,::"},
        {LoadInformation{10, 1000, 20000, 500, 100000}, "load=10,1000,20000,500,100000"},
        {MnGroupIdentifier{.sub_type = 1, .group = 77}, "group=1,77"},
        {MagIpv6Address{.address_length = 128, .address = ip("2001:db8:2::1")},
         "mag=128,2001:db8:2::1"},
        {AnchoredPrefix{prefix("2001:db8:a100:1::/64")}, "anchored=2001:db8:a100:1::/64"},
        {LocalPrefix{prefix("2001:db8:1111::/48")}, "local=2001:db8:1111::/48"},
        {PreviousMaar{.address = ip("2001:db8:1::1"), .prefix = prefix("2001:db8:a100:1::/64")},
         "pmaar=2001:db8:1::1,2001:db8:a100:1::/64"},
        {ServingMaar{ip("2001:db8:2::1")}, "smaar=2001:db8:2::1"},
        {DlifLinkLocalAddress{ip("fe80::d1:1")}, "dlif-ll=fe80::d1:1"},
        {DlifLinkLayerAddress{mac}, "dlif-mac=02:00:00:00:01:01"},
        {RawOption{.type = 200, .data = {0xde, 0xad}}, "raw=200,dead"},
        {RawOption{.type = 52, .data = {}}, "raw=52,"},
        {RawOption{.type = 8, .data = {}}, "raw=8,"},
    };
    for (const auto& [option, word] : words) {
        CHECK(option_text(option) == word);
        const std::string line = std::string(kPbu) + word;
        INFO(line);
        const auto message = parse(line);
        REQUIRE(message);
        CHECK(*options_of(*message) == Options{option});
        CHECK(to_text(*message) == line);
    }
}

TEST_CASE("text: what is not understood is refused") {
    for (const char* line : {"",
                             "pbx seq=1",
                             "pbu",
                             "pbu seq=1 flags=APD",
                             "pbu seq=1 flags=APD lifetime=600 seq=2",
                             "pbu seq=65536 flags=APD lifetime=600",
                             "pbu seq=1 flags=APZ lifetime=600",
                             "pbu seq=1 flags=AA lifetime=600",
                             "pbu seq=1 flags=APD+0x0010 lifetime=600",
                             "pbu seq=1 flags=APD+0x lifetime=600",
                             "pbu seq=1 flags=APD lifetime=601",
                             "pbu seq=1 flags=APD lifetime=262144",
                             "pba status=NO seq=1 flags=PD lifetime=0",
                             "pba status=0 seq=1 flags=PD+0x0100 lifetime=0",
                             "heartbeat seq=1 flags=RU",
                             "heartbeat seq=1 flags=X",
                             "be status=2 home=1.2.3.4",
                             "mh type=5 data=00000000000000000000",
                             "mh type=24 data=00000000000000000000",
                             "mh type=11 data=00"}) {
        INFO(line);
        CHECK_FALSE(parse(line));
    }
    for (const char* word : {"x=1",
                             "mn",
                             "mn=",
                             "mn=a mn=b",
                             "hnp=2001:db8::1/64",
                             "hnp=2001:db8::/64,1",
                             "hi=256",
                             "hi=4 hi=4",
                             "ts=1+1",
                             "ts=1+65536/65536",
                             "ts=281474976710656",
                             "ts=",
                             "raw=22,00",
                             "raw=27,0000000000000000",
                             "raw=0,",
                             "raw=1,00",
                             "raw=300,",
                             "service=",
                             "service=\"\"",
                             "llid=0",
                             "redirect=NK,::1",
                             "redirect=K",
                             "redirect=K,1.2.3",
                             "redirect=K,1.2.3.4.5",
                             "redirect-capability=1",
                             "load=1,2,3,4",
                             "load=1,2,3,4,5,6",
                             "iid=00",
                             "=",
                             "raw",
                             "smaar=2001:db8::1 smaar=2001:db8::1",
                             "pmaar=2001:db8::1"}) {
        const std::string line = std::string(kPbu) + word;
        INFO(line);
        CHECK_FALSE(parse(line));
    }
    // Longer than any message, and longer than any option.
    std::string line(kPbu);
    for (int i = 0; i < 200; ++i)
        line += " hnp=::/0";
    CHECK_FALSE(parse(line));
    CHECK_FALSE(parse(std::string(kPbu) + "exp=" + std::string(512, '0')));
    CHECK(parse(std::string(kPbu) + "exp=" + std::string(510, '0')));
}

TEST_CASE("text: every message that decodes is told without loss") {
    Rng rng(Seed{20});
    int told = 0;
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes((2 + rng.below(20)) * 8);
        for (std::uint8_t& octet : bytes) {
            octet = static_cast<std::uint8_t>(rng.below(rng.below(3) == 0 ? 256 : 75));
        }
        bytes[0] = 59;
        bytes[1] = static_cast<std::uint8_t>(bytes.size() / 8 - 1);
        bytes[2] = static_cast<std::uint8_t>(rng.below(24));
        const auto decoded = decode(bytes, {}, Checksum::AlreadyVerified);
        if (!decoded) continue;
        const std::string text = to_text(decoded->message);
        INFO(text);
        const auto parsed = parse(text);
        REQUIRE(parsed);
        CHECK(*parsed == decoded->message);
        ++told;
    }
    CHECK(told > 1000);
}
