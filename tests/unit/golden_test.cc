// Every vector of tests/golden: octets to values, values to octets, values to text and back.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "lib/wire/text.h"
#include "tests/support/catch.h"
#include "tools/dmmctl/decode_json.h"

using namespace dmm;
using namespace dmm::wire;
using nlohmann::json;

namespace {

constexpr std::size_t kVectors = 122;

std::string contents_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    std::ostringstream contents;
    contents << in.rdbuf();
    return contents.str();
}

struct Vector {
    json says;
    Bytes bytes;
    Addresses addresses;
};

Vector load(const std::filesystem::path& path) {
    Vector v;
    v.says = json::parse(contents_of(path));
    const std::string octets =
        contents_of(path.parent_path() / v.says.at("file").get<std::string>());
    v.bytes.assign(octets.begin(), octets.end());
    const auto source = Ip6Address::parse(v.says.at("ipv6").at("src").get<std::string>());
    const auto destination = Ip6Address::parse(v.says.at("ipv6").at("dst").get<std::string>());
    REQUIRE(source);
    REQUIRE(destination);
    v.addresses = {.source = *source, .destination = *destination};
    return v;
}

// Tests run from the root of the source tree.
std::vector<Vector> load_all() {
    const std::filesystem::path folder = "tests/golden";
    INFO("run from the root of the source tree: tests/golden must be there");
    REQUIRE(std::filesystem::is_directory(folder));
    std::vector<Vector> vectors;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") vectors.push_back(load(entry.path()));
    }
    REQUIRE(vectors.size() >= kVectors);
    return vectors;
}

const std::vector<Vector>& all_vectors() {
    static const std::vector<Vector> vectors = load_all();
    return vectors;
}

std::string outcome_of(const Vector& v) {
    return v.says.at("expect").at("outcome").get<std::string>();
}

bool is_discarded(const Vector& v) {
    return outcome_of(v).starts_with("discard_");
}

std::string id_of(const Vector& v) {
    return v.says.at("id").get<std::string>();
}

}  // namespace

TEST_CASE("golden: the octets are those that the description shows") {
    for (const Vector& v : all_vectors()) {
        INFO(id_of(v));
        CHECK(to_hex(v.bytes) == v.says.at("mh_hex").get<std::string>());
        CHECK(v.bytes.size() == v.says.at("octets").get<std::size_t>());
    }
}

TEST_CASE("golden: a well-formed message decodes to every field of its description") {
    std::size_t seen = 0;
    for (const Vector& v : all_vectors()) {
        if (is_discarded(v)) continue;
        INFO(id_of(v));
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE(decoded);
        const json shown = json::parse(dmmctl::to_json(*decoded, v.bytes));
        CHECK(shown.size() == 3);
        CHECK(shown.at("mh") == v.says.at("mh"));
        CHECK(shown.at("message") == v.says.at("message"));
        CHECK(shown.at("options") == v.says.at("options"));
        ++seen;
    }
    CHECK(seen >= 100);
}

TEST_CASE("golden: a malformed message is refused with the stated reaction") {
    std::size_t seen = 0;
    for (const Vector& v : all_vectors()) {
        if (!is_discarded(v)) continue;
        INFO(id_of(v));
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE_FALSE(decoded);
        const std::string outcome = outcome_of(v);
        const Reaction reaction = reaction_to(decoded.error().fault);
        CHECK((reaction == Reaction::Silent) == (outcome == "discard_silent"));
        CHECK((reaction == Reaction::BindingError) == (outcome == "discard_send_be"));
        CHECK((reaction == Reaction::ParameterProblem) == (outcome == "discard_icmp"));
        if (outcome == "discard_icmp") {
            CHECK(decoded.error().offset == v.says.at("expect").at("icmp").at("pointer_in_mh"));
        }
        ++seen;
    }
    CHECK(seen >= 15);
}

TEST_CASE("golden: the encoder makes the same octets") {
    std::size_t seen = 0;
    for (const Vector& v : all_vectors()) {
        if (!v.says.at("encoder_must_reproduce").get<bool>()) continue;
        INFO(id_of(v));
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE(decoded);
        REQUIRE(can_be_carried(decoded->message));
        CHECK(to_hex(encode(decoded->message, v.addresses)) == to_hex(v.bytes));
        ++seen;
    }
    CHECK(seen >= 95);
}

TEST_CASE("golden: the text form loses nothing") {
    for (const Vector& v : all_vectors()) {
        if (is_discarded(v)) continue;
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE(decoded);
        const std::string text = to_text(decoded->message);
        INFO(id_of(v) << ": " << text);
        const auto words = split_words(text);
        REQUIRE(words);
        const auto parsed = parse_message(*words);
        REQUIRE(parsed);
        CHECK(*parsed == decoded->message);
    }
}

TEST_CASE("golden: options without a meaning in the message are not effective") {
    std::size_t seen = 0;
    for (const Vector& v : all_vectors()) {
        if (outcome_of(v) != "ignore_option") continue;
        INFO(id_of(v));
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE(decoded);
        const Options* options = options_of(decoded->message);
        REQUIRE(options != nullptr);
        const Options effective = effective_options(decoded->message);
        for (const json& type : v.says.at("expect").at("ignored_types")) {
            const auto has_type = [&](const Option& o) { return type_of(o) == type; };
            CHECK(std::any_of(options->begin(), options->end(), has_type));
            CHECK(std::none_of(effective.begin(), effective.end(), has_type));
        }
        ++seen;
    }
    CHECK(seen >= 1);
}

TEST_CASE("golden: bits beyond a prefix do not count") {
    std::size_t seen = 0;
    for (const Vector& v : all_vectors()) {
        const auto effective = v.says.at("expect").find("effective_prefix");
        if (effective == v.says.at("expect").end()) continue;
        INFO(id_of(v));
        const auto decoded = decode(v.bytes, v.addresses);
        REQUIRE(decoded);
        const auto* hnp = find<HomeNetworkPrefix>(*options_of(decoded->message));
        REQUIRE(hnp != nullptr);
        CHECK(to_text(hnp->prefix) == effective->get<std::string>());
        ++seen;
    }
    CHECK(seen >= 1);
}

TEST_CASE("golden: no damaged octet and no cut harms the decoder") {
    for (const Vector& v : all_vectors()) {
        for (std::size_t at = 6; at < v.bytes.size(); ++at) {
            Bytes damaged = v.bytes;
            damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (0x80U >> at % 8));
            const auto decoded = decode(damaged, v.addresses, Checksum::AlreadyVerified);
            // One flipped bit never passes the checksum: it changes the sum.
            CHECK_FALSE(decode(damaged, v.addresses).has_value());
            if (!decoded || !can_be_carried(decoded->message)) continue;
            const auto again = decode(encode(decoded->message, v.addresses), v.addresses);
            REQUIRE(again);
            CHECK(again->message == decoded->message);
        }
        for (std::size_t size = 0; size < v.bytes.size(); ++size) {
            CHECK_FALSE(decode(ByteView(v.bytes).first(size), v.addresses).has_value());
        }
    }
}
