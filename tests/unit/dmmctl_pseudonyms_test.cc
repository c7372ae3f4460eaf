#include "tests/support/catch.h"
#include "tools/dmmctl/pseudonyms.h"

namespace dmm::dmmctl {
namespace {

TEST_CASE("nodes get other names, the same one each time") {
    Pseudonyms names({"bob", "alice@example", "bob@example", "bob"});
    CHECK(names.apply("mn=bob at bob@example, alice@example;bob.") == "mn=mn1 at mn3, mn2;mn1.");
    CHECK(names.apply("bob's kabob bobby bob_2 \"bob\"") == "mn1's kabob bobby bob_2 \"mn1\"");
    CHECK(names.apply("bob") == "mn1");
    CHECK(Pseudonyms({""}).apply("a  b") == "a  b");
}

TEST_CASE("names are found within JSON and within quotes of ours") {
    Pseudonyms names({"a\"b\\c", "x y", "2:0a0b", "n\tl", "\xc3\xa9t\xc3\xa9"});
    CHECK(names.apply(R"({"mn":"a\"b\\c","to":"x y"})") == R"({"mn":"mn1","to":"mn2"})");
    CHECK(names.apply("mn=2:0a0b mn=\"\xc3\xa9t\xc3\xa9\" mn=\"\\xc3\\xa9t\\xc3\\xa9\"") ==
          "mn=mn3 mn=\"mn5\" mn=\"mn5\"");
    CHECK(names.apply(R"({"mn":"n\tl"})") == R"({"mn":"mn4"})");
}

TEST_CASE("link-layer addresses get others, also those that are names") {
    Pseudonyms names({"0a:00:00:00:01:01"});
    CHECK(names.apply("lladdr 0A:00:00:00:01:02 0a:00:00:00:01:01: mac=0a:00:00:00:01:02") ==
          "lladdr 02:00:00:00:00:01 02:00:00:00:00:02: mac=02:00:00:00:00:01");
    // A bridge's, as ip(8) shows it.
    CHECK(names.apply("8000.a:0:0:0:1:1") == "8000.02:00:00:00:00:02");
    CHECK(names.apply("brd ff:ff:ff:ff:ff:ff, 00:00:00:00:00:00") ==
          "brd ff:ff:ff:ff:ff:ff, 00:00:00:00:00:00");
    CHECK(names.apply("mac:0a:00:00:00:01:01/x") == "mac:02:00:00:00:00:02/x");
    for (int i = 3; i <= 257; ++i) {
        static_cast<void>(names.apply("0b:00:00:00:" + std::to_string(i / 16 % 10) +
                                      "0:" + std::to_string(i % 16) + " "));
    }
}

TEST_CASE("an address that was made of a link-layer address shows the other one") {
    Pseudonyms names({});
    CHECK(names.apply("0a:11:22:33:44:55") == "02:00:00:00:00:01");
    CHECK(names.apply("fe80::811:22ff:fe33:4455/64") == "fe80::ff:fe00:1/64");
    CHECK(names.apply("2001:db8:1:2:811:22ff:fe33:4455 dev") == "2001:db8:1:2:0:ff:fe00:1 dev");
    CHECK(names.apply("ff02::1:ff33:4455") == "ff02::1:ff00:0");
}

TEST_CASE("what is no link-layer address stays") {
    Pseudonyms names({});
    const std::string text =
        "2001:db8:1:2:3:4:5:6 dev 2001:db8::1/64 via fe80::1 :: ::/0 ::ffff:192.0.2.1 12:30:45\n"
        "0a:00:00:00:01 0a:00:00:00:01:zz feed:beeg default: x::y a:b {\"v\":1,\"at\":12}";
    CHECK(names.apply(text) == text);
}

}  // namespace
}  // namespace dmm::dmmctl
