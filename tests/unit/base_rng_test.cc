#include "lib/base/rng.h"
#include "tests/support/catch.h"

using namespace dmm;

TEST_CASE("rng: SplitMix64, the same everywhere") {
    Rng rng(Seed{1234567});
    CHECK(rng.next() == 6457827717110365317ULL);
    CHECK(rng.next() == 3203168211198807973ULL);
    CHECK(rng.next() == 9817491932198370423ULL);
    CHECK(rng.next() == 4593380528125082431ULL);
    CHECK(rng.next() == 16408922859458223821ULL);
}

TEST_CASE("rng: a bound is kept") {
    Rng rng(Seed{1});
    bool seen[10] = {};
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t value = rng.below(10);
        REQUIRE(value < 10);
        seen[value] = true;
    }
    for (const bool one : seen)
        CHECK(one);
    CHECK(rng.below(1) == 0);
    CHECK(rng.below(0) == 0);
}
