// FIPS 180-4 examples and the lengths around which padding changes.
#include <string>

#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "tests/support/catch.h"

using namespace dmm;

namespace {

std::string digest_of(const std::string& message) {
    const Bytes bytes(message.begin(), message.end());
    return to_hex(sha256(bytes));
}

}  // namespace

TEST_CASE("sha256: FIPS 180-4 examples") {
    CHECK(digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(digest_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmn"
                    "opqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
          "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(digest_of(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256: lengths around the end of a block") {
    const auto head = [](std::size_t size) {
        return digest_of(std::string(size, 'a')).substr(0, 16);
    };
    CHECK(head(55) == "9f4390f8d30c2dd9");
    CHECK(head(56) == "b35439a4ac6f0948");
    CHECK(head(63) == "7d3e74a05d7db15b");
    CHECK(head(64) == "ffe054fe7ae0cb6d");
    CHECK(head(65) == "635361c48bb9eab1");
    CHECK(head(119) == "31eba51c313a5c08");
    CHECK(head(120) == "2f3d335432c70b58");
}
