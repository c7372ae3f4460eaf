#include "lib/base/text.h"
#include "tests/support/catch.h"

using namespace dmm;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST_CASE("text: numbers are decimal, whole and within their limits") {
    CHECK(parse_number<std::uint8_t>("255") == 255);
    CHECK_FALSE(parse_number<std::uint8_t>("256"));
    CHECK_FALSE(parse_number<unsigned>("-1"));
    CHECK(parse_number<int>("-1") == -1);
    CHECK(parse_number<unsigned>("7", 7U, 9U) == 7U);
    CHECK_FALSE(parse_number<unsigned>("10", 7U, 9U));
    for (const char* text : {"", " 1", "1 ", "0x1", "+1", "1.0", "a"}) {
        INFO(text);
        CHECK_FALSE(parse_number<unsigned>(text));
    }
}

TEST_CASE("text: hex") {
    CHECK(to_hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
    CHECK(parse_hex("00aBFf") == Bytes{0x00, 0xab, 0xff});
    CHECK(parse_hex("") == Bytes{});
    CHECK_FALSE(parse_hex("0"));
    CHECK_FALSE(parse_hex("0g"));
    CHECK_FALSE(parse_hex("00 0"));
}

TEST_CASE("text: what is quoted is one word again, whatever its octets") {
    CHECK(quoted("alice@example.org/1,2+3:-_%") == "alice@example.org/1,2+3:-_%");
    CHECK(quoted("") == "\"\"");
    CHECK(quoted("a b") == "\"a b\"");
    CHECK(quoted("a\"\\\n") == R"("a\"\\\x0a")");
    std::string every;
    for (unsigned c = 0; c < 256; ++c)
        every += static_cast<char>(c);
    for (const std::string& text : {std::string(), std::string(" "), every, std::string("x\tx")}) {
        const auto words = split_words("key=" + quoted(text) + " next");
        REQUIRE(words);
        REQUIRE(words->size() == 2);
        CHECK(words->front() == "key=" + text);
    }
}

TEST_CASE("text: words are split at blanks, and unfinished quotes are refused") {
    const auto words = split_words("  a\tb=\"c d\"  e ");
    REQUIRE(words);
    CHECK(*words == std::vector<std::string>{"a", "b=c d", "e"});
    CHECK(split_words("")->empty());
    for (const char* line : {"\"", "a=\"b", "a=\"\\", "a=\"\\x", "a=\"\\x0\"", "a=\"\\xzz\""}) {
        INFO(line);
        CHECK_FALSE(split_words(line));
    }
}

TEST_CASE("text: durations are exact") {
    CHECK(to_text(Duration(milliseconds(31))) == "0.031s");
    CHECK(to_text(Duration(seconds(5))) == "5s");
    CHECK(to_text(Duration(0)) == "0s");
    CHECK(to_text(Duration(-1)) == "-0.000000001s");
    CHECK(to_text(Duration::min()) == "-9223372036.854775808s");
    CHECK(parse_duration("1.5m") == Duration(seconds(90)));
    CHECK(parse_duration("250ms") == Duration(milliseconds(250)));
    CHECK(parse_duration("2h") == Duration(seconds(7200)));
    CHECK(parse_duration("1us") == Duration(1000));
    CHECK(parse_duration("-3ns") == Duration(-3));
    for (const std::int64_t ns :
         {0LL, 1LL, -1LL, 31'000'000LL, 1'999'999'999LL, -86'400'000'000'001LL}) {
        CHECK(parse_duration(to_text(Duration(ns))) == Duration(ns));
    }
    for (const char* text : {"",
                             "s",
                             "1",
                             "1 s",
                             "1.s",
                             ".5s",
                             "1.2.3s",
                             "0.5ns",
                             "1d",
                             "--1s",
                             "0.0000000001s",
                             "99999999999999999999s",
                             "9000000h"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("text: a slip finds the word that was meant") {
    const std::vector<std::string_view> known{"cmd_address", "address", "access_links"};
    CHECK(nearest_word("cmd_adress", known) == "cmd_address");
    CHECK(nearest_word("adress", known) == "address");
    CHECK_FALSE(nearest_word("zzzzzz", known));
    CHECK_FALSE(nearest_word("x", {}));
}

TEST_CASE("text: a line is a verb and its fields") {
    Line line("attach");
    line.add("mn", "alice").add("n", 7).word("now").add("why", "no reason");
    CHECK(std::move(line).str() == "attach mn=alice n=7 now why=\"no reason\"");
}
