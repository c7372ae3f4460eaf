#include "lib/base/rng.h"
#include "lib/model/limits.h"
#include "lib/model/mobile_node.h"
#include "tests/support/catch.h"

using namespace dmm;

TEST_CASE("mn id: the three text forms") {
    CHECK(to_text(MnId::nai("alice@example")) == "alice@example");
    CHECK(to_text(MnId::nai("alice")) == "alice");
    CHECK(to_text(MnId::eui48(*LinkLayerAddress::parse("02:00:00:00:01:01"))) ==
          "02:00:00:00:01:01");
    CHECK(to_text(MnId{.subtype = 2, .identifier = "ab"}) == "2:6162");
    CHECK(to_text(MnId{.subtype = 1, .identifier = ""}) == "1:");
    CHECK(to_text(MnId{.subtype = 5, .identifier = "ab"}) == "5:6162");

    CHECK(parse_mn_id("alice@example") == MnId::nai("alice@example"));
    CHECK(parse_mn_id("02:00:00:00:01:01") ==
          MnId::eui48(*LinkLayerAddress::parse("02:00:00:00:01:01")));
    CHECK(parse_mn_id("3:00ff") == MnId{.subtype = 3, .identifier = std::string("\0\xff", 2)});
    for (const char* text : {"", ":", "256:00", "3:0", "3:zz", "a b", "x:00", "-1:00"}) {
        INFO(text);
        CHECK_FALSE(parse_mn_id(text));
    }
    CHECK_FALSE(parse_mn_id(std::string(limits::kMnIdentifierOctets + 1, 'a')));
    CHECK_FALSE(parse_mn_id("2:" + std::string(2 * (limits::kMnIdentifierOctets + 1), '0')));
}

TEST_CASE("mn id: no two identifiers share a text, and each is read back") {
    std::vector<MnId> ids{
        MnId::nai("02:00:00:00:01:01"),  // a NAI that looks like an address
        MnId::nai("1:6162"),             // and one that looks like the hex form
        MnId::nai("1:6162@x"),
        MnId::nai("with blank@x"),
        MnId::nai("quote\"@x"),
        MnId::nai(std::string(limits::kMnIdentifierOctets, 'n')),
        {.subtype = 255, .identifier = std::string(limits::kMnIdentifierOctets, '\xff')},
    };
    Rng rng(Seed{7});
    for (int i = 0; i < 2000; ++i) {
        MnId id{.subtype = static_cast<std::uint8_t>(rng.below(8)), .identifier = {}};
        const auto size = rng.below(8);
        for (std::uint64_t n = 0; n < size; ++n) {
            id.identifier += i % 2 == 0 ? static_cast<char>(rng.below(256)) : "a@:01"[rng.below(5)];
        }
        ids.push_back(id);
    }
    for (const MnId& id : ids) {
        INFO(to_text(id));
        CHECK(parse_mn_id(to_text(id)) == id);
    }
}
