#include <string>

#include "lib/base/glob.h"
#include "tests/support/catch.h"

namespace dmm {
namespace {

TEST_CASE("a pattern describes the whole text") {
    CHECK(matches_glob("alice@example", "alice@example"));
    CHECK(!matches_glob("alice@example", "alice@example.org"));
    CHECK(!matches_glob("lice@example", "alice@example"));
    CHECK(matches_glob("", ""));
    CHECK(!matches_glob("", "a"));
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("*", "anything"));
    CHECK(matches_glob("*@example", "alice@example"));
    CHECK(!matches_glob("*@example", "alice@example.org"));
    CHECK(matches_glob("al*@*.org", "alice@example.org"));
    CHECK(matches_glob("02:00:00:00:01:?1", "02:00:00:00:01:01"));
    CHECK(!matches_glob("?", ""));
    CHECK(!matches_glob("??", "a"));
    // The first place where the rest fits is not always the right one.
    CHECK(matches_glob("*aab", "aaaab"));
    CHECK(matches_glob("*a*b*", "xaxbx"));
    CHECK(!matches_glob("*a*b", "xbxa"));
    CHECK(is_glob("a?"));
    CHECK(!is_glob("a.b"));
}

TEST_CASE("no pattern takes long") {
    std::string pattern;
    for (int i = 0; i < 100; ++i)
        pattern += "*a";
    CHECK(!matches_glob(pattern + "b", std::string(4'000, 'a')));
}

}  // namespace
}  // namespace dmm
