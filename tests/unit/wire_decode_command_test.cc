// `dmmctl decode` as a user meets it: words in, lines and exit status out.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/text.h"
#include "lib/wire/encode.h"
#include "tests/support/catch.h"
#include "tools/dmmctl/decode.h"
#include "tools/dmmctl/decode_json.h"

using namespace dmm;
using namespace dmm::wire;

namespace {

const std::string kSource = "2001:db8:1::1";
const std::string kDestination = "2001:db8:ffff::c0";
const std::string kVector = "tests/golden/o073-hdrlen-too-small.bin";
const Addresses kAddresses{.source = Ip6Address::parse(kSource).value(),
                           .destination = Ip6Address::parse(kDestination).value()};

struct Run {
    int status;
    std::string out;
    std::string err;
};

Run run(std::vector<std::string> words, const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const int status = dmmctl::decode_command(words, in, out, err);
    return {.status = status, .out = out.str(), .err = err.str()};
}

Run decode_of(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {"--src", kSource, "--dst", kDestination});
    return run(std::move(words), input);
}

bool is_one_line(const std::string& text) {
    return !text.empty() && text.find('\n') == text.size() - 1;
}

std::string json_of(const Message& message) {
    const Bytes bytes = encode(message, kAddresses);
    return dmmctl::to_json(decode(bytes, kAddresses).value(), bytes);
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string json_of(const Option& option) {
    const std::string json = json_of(UpdateNotification{.options = {option}});
    return json.substr(json.find("\"options\""));
}

}  // namespace

TEST_CASE("dmmctl decode: readable text") {
    const Run r = decode_of({"tests/golden/o001-pbu-initial-ts.bin"});
    CHECK(r.status == 0);
    CHECK(r.err.empty());
    std::istringstream lines(r.out);
    std::string line;
    std::getline(lines, line);
    CHECK(line.starts_with("BU, "));
    std::getline(lines, line);
    CHECK(line.starts_with("pbu seq=1 flags=APD lifetime=600"));
    CHECK_FALSE(contains(line, "mn="));
    std::getline(lines, line);
    CHECK(line == "12    mn_identifier             mn=mn1@dmm.example");
    std::getline(lines, line);
    CHECK(line == "30    padn                      6 octets");
}

TEST_CASE("dmmctl decode: octets from standard input, plain or as hex") {
    const Bytes bytes = encode(Heartbeat{.sequence = 7, .options = {}}, kAddresses);
    const std::string plain(bytes.begin(), bytes.end());
    const Run binary = decode_of({"--json", "-"}, plain);
    CHECK(binary.status == 0);
    CHECK(is_one_line(binary.out));
    std::string hex;
    for (const std::uint8_t octet : bytes)
        hex += to_hex(ByteView(&octet, 1)) + "\t \n";
    const Run spaced = decode_of({"-", "--hex", "--json"}, hex);
    CHECK(spaced.status == 0);
    CHECK(spaced.out == binary.out);
    const Run bad = decode_of({"--hex", "-"}, "3b0");
    CHECK(bad.status == 1);
    CHECK(is_one_line(bad.err));
    CHECK(decode_of({"--hex", "-"}, "zz").status == 1);
}

TEST_CASE("dmmctl decode: malformed messages") {
    const Run json = decode_of({"--json", kVector});
    CHECK(json.status == 1);
    CHECK(json.err.empty());
    CHECK(json.out ==
          "{\"error\":{\"fault\":\"header_too_short\",\"offset\":1,\"option\":0,\"text\":\"octet "
          "1: Header Len is below the minimum of the MH Type\",\"reaction\":"
          "\"parameter_problem\"}}\n");
    const Run text = decode_of({kVector});
    CHECK(text.status == 1);
    CHECK(text.out.empty());
    CHECK(text.err == "dmmctl decode: " + kVector +
                          ": octet 1: Header Len is below the minimum of the MH Type\n");
    CHECK(contains(decode_of({"--json", "tests/golden/o072-unknown-mh-type-99.bin"}).out,
                   "\"reaction\":\"binding_error\""));
    CHECK(contains(decode_of({"--json", "-"}).out, "\"fault\":\"too_short\""));
}

TEST_CASE("dmmctl decode: wrong usage is one line and status 2") {
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"--src", kSource, "--dst", kDestination},
        {"--src", kSource, kVector},
        {"--dst", kDestination, kVector},
        {"--src", kSource, "--dst"},
        {"--src", "fe80::1%lan0", "--dst", kDestination, kVector},
        {"--src", "1.2.3.4", "--dst", kDestination, kVector},
        {"--src", kSource, "--dst", kDestination, kVector, kVector},
        {"--src", kSource, "--dst", kDestination, "--xml", kVector},
    };
    for (const auto& words : wrong) {
        const Run r = run(words);
        CHECK(r.status == 2);
        CHECK(r.out.empty());
        CHECK(is_one_line(r.err));
    }
}

TEST_CASE("dmmctl decode: unreadable files are one line and status 1") {
    for (const std::string file : {"tests/golden/no-such-file.bin", "tests/golden"}) {
        const Run r = decode_of({file});
        INFO(file);
        CHECK(r.status == 1);
        CHECK(r.out.empty());
        CHECK(is_one_line(r.err));
        CHECK(contains(r.err, file));
    }
    const Run endless = decode_of({"-"}, std::string(1'000'000, 'x'));
    CHECK(endless.status == 1);
    CHECK(contains(endless.err, "longer than any Mobility Header"));
}

TEST_CASE("dmmctl decode: JSON of options that the vectors do not have") {
    CHECK(contains(json_of(MhLinkLayerAddress{.option_code = 2, .address = {2, 0, 0, 0, 1, 1}}),
                   R"("option_code":2,"address":"02:00:00:00:01:01")"));
    CHECK(contains(json_of(MnLinkLayerIdentifier{Bytes{1, 2, 3, 4, 5, 6, 7, 8}}),
                   R"("identifier":"01:02:03:04:05:06:07:08")"));
    CHECK(contains(json_of(MnIdentifier{{.subtype = 2, .identifier = "ab"}}),
                   R"("subtype":2,"identifier_hex":"6162"})"));
    CHECK(contains(json_of(MnIdentifier{MnId::nai("\xff@x")}),
                   "\"identifier_hex\":\"ff4078\",\"nai\":\"\xef\xbf\xbd@x\""));
    CHECK(contains(json_of(ServiceSelection{"internet"}), R"("service":"internet")"));
    CHECK(contains(
        json_of(LmaAddress{.option_code = 2, .address = std::array<std::uint8_t, 4>{192, 0, 2, 1}}),
        R"("option_code":2,"address":"192.0.2.1")"));
    CHECK(contains(json_of(MnLinkLocalInterfaceId{0x02005efffe005213ULL}),
                   R"("interface_id_hex":"02005efffe005213")"));
    CHECK(contains(json_of(MnGroupIdentifier{.sub_type = 1, .group = 77}),
                   R"("sub_type":1,"group_id":77)"));
    CHECK(
        contains(json_of(HandoffIndicator{static_cast<Handoff>(7)}), R"("hi_name":"unassigned")"));
    CHECK(contains(json_of(AccessTechnologyType{13}), R"("att_name":"3gpp_nb_iot")"));
    CHECK(contains(json_of(AccessTechnologyType{14}), R"("att_name":"unassigned")"));
    CHECK(contains(json_of(ReplayProtection{0x83aa7e8080000000ULL}),
                   R"("ntp_seconds":2208988800,"ntp_fraction":2147483648)"));
    CHECK(contains(json_of(RawOption{.type = 52, .data = {1, 2}}),
                   R"("name":"access_network_identifier","total_octets":4,"length":2,)"
                   R"("data_hex":"0102")"));
    CHECK(contains(json_of(RawOption{.type = 8, .data = {}}),
                   R"("name":"mn_identifier","total_octets":2,"length":0)"));
    CHECK(contains(json_of(BindingAuthorizationData{{1}}), R"("authenticator_hex":"01")"));
    CHECK(contains(json_of(Experimental{{1}}), R"("name":"experimental","total_octets":3)"));
}

TEST_CASE("dmmctl decode: JSON of messages that the vectors do not have") {
    const BindingRevocation bri{.br_type = 1,
                                .trigger_or_status = 7,
                                .sequence = 1,
                                .p = true,
                                .v = false,
                                .g = true,
                                .options = {}};
    CHECK(contains(json_of(bri),
                   R"("message":{"br_type":1,"trigger":7,"sequence":1,)"
                   R"("P":true,"V":false,"G":true})"));
    CHECK(contains(json_of(OtherMessage{.mh_type = 11, .data = {0xab, 0xcd}}),
                   R"("message":{"data_hex":"abcd"},"options":[])"));
    CHECK(contains(json_of(ProxyBindingAck{.status = static_cast<Status>(200), .options = {}}),
                   R"("status":200,"status_name":"UNASSIGNED_200","accepted":false)"));
}

TEST_CASE("dmmctl decode: reserved octets are shown where a sender set them") {
    Bytes bytes = encode(UpdateNotification{.options = {HandoffIndicator{},
                                                        AccessTechnologyType{},
                                                        DlifLinkLayerAddress{Bytes(6)}}},
                         kAddresses);
    const auto options_of_bytes = [&] {
        const auto decoded = decode(bytes, kAddresses, Checksum::AlreadyVerified);
        const std::string json = dmmctl::to_json(decoded.value(), bytes);
        return json.substr(json.find("\"options\""));
    };
    CHECK_FALSE(contains(options_of_bytes(), "\"reserved\":"));
    bytes[14] = 1;
    bytes[18] = 2;
    bytes[22] = 1;
    bytes[23] = 3;
    const std::string json = options_of_bytes();
    CHECK(contains(json, R"("hi_name":"unknown","reserved":1)"));
    CHECK(contains(json, R"("att_name":"reserved","reserved":2)"));
    CHECK(contains(json, R"("address":"00:00:00:00:00:00","reserved":259)"));
}
