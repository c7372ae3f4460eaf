#include "lib/control/disclosure.h"
#include "tests/support/catch.h"

namespace dmm::control {
namespace {

TEST_CASE("of a configuration no argument of a hook is disclosed, its program is") {
    const auto text = without_hook_arguments(
        R"({"v":1,"config":{"role":"maar","hooks":[)"
        R"({"on":["*"],"run":["/etc/dmm/a","--token","hush1"],"timeout":"5s"},)"
        R"({"on":["*"],"run":["/etc/dmm/b"]}],"log":"info"}})");
    REQUIRE(text);
    CHECK(*text == R"({
  "v": 1,
  "config": {
    "role": "maar",
    "hooks": [
      {
        "on": [
          "*"
        ],
        "run": [
          "/etc/dmm/a",
          "removed",
          "removed"
        ],
        "timeout": "5s"
      },
      {
        "on": [
          "*"
        ],
        "run": [
          "/etc/dmm/b"
        ]
      }
    ],
    "log": "info"
  }
}
)");
    CHECK(without_hook_arguments(R"({"config":{}})"));
}

TEST_CASE("a configuration in which secrets cannot be found is not disclosed") {
    for (const char* other : {"",
                              "[]",
                              "{}",
                              R"({"config":"hush"})",
                              R"({"config":{"hooks":{"run":["a","hush"]}}})",
                              R"({"config":{"hooks":["a hush"]}})",
                              R"({"config":{"hooks":[{"run":"a hush"}]}})"}) {
        CAPTURE(other);
        CHECK(!without_hook_arguments(other));
    }
}

TEST_CASE("a configuration names nodes by name at a CMD, by address at a MAAR") {
    using Names = std::vector<std::string>;
    CHECK(configured_names(R"({"config":{"cmd":{"nodes":{"a@b":"anchored","c":"none"}}}})") ==
          Names{"a@b", "c"});
    CHECK(configured_names(R"({"config":{"maar":{"nodes":{"02:00:00:00:01:01":"a@b"}}}})") ==
          Names{"a@b"});
    CHECK(configured_names(R"({"config":{"maar":{"nodes":["a"]}}})").empty());
    CHECK(configured_names("no JSON").empty());
}

TEST_CASE("text is escaped as in a JSON string") {
    CHECK(json_escaped("a\"b\\c\nd") == R"(a\"b\\c\nd)");
    CHECK(json_escaped("").empty());
}

}  // namespace
}  // namespace dmm::control
