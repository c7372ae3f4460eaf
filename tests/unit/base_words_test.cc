#include "lib/base/words.h"
#include "tests/support/catch.h"

namespace dmm {
namespace {

TEST_CASE("a word that there is not is named with the nearest that there is, or with all") {
    CHECK(unknown_word("view", "nodse", {"nodes", "peers"}) ==
          R"(unknown view "nodse"; did you mean "nodes"?)");
    CHECK(unknown_word("view", "x y", {"nodes", "peers"}) ==
          R"(unknown view "x y"; known are nodes, peers)");
    CHECK(unknown_word("view", std::string(65, 'a'), {"nodes"}) ==
          "unknown view \"" + std::string(64, 'a') + "\"...; known are nodes");
    CHECK(in_quotes("a") == R"("a")");
    CHECK(in_quotes("a\"b", 2) == R"("a\""...)");
}

}  // namespace
}  // namespace dmm
