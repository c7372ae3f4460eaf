#include "lib/base/bytes.h"
#include "tests/support/catch.h"

using namespace dmm;

TEST_CASE("bytes: what is written is read back in network order") {
    Writer out;
    out.u8(0x01);
    out.u16(0x0203);
    out.u32(0x04050607);
    out.u64(0x08090a0b0c0d0e0fULL);
    out.zeros(2);
    const Bytes bytes = std::move(out).finish();
    REQUIRE(bytes.size() == 17);
    for (std::size_t i = 0; i < 15; ++i)
        CHECK(bytes[i] == i + 1);

    Reader in(bytes);
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u32() == 0x04050607);
    CHECK(in.offset() == 7);
    CHECK(in.u64() == 0x08090a0b0c0d0e0fULL);
    CHECK(in.left() == 2);
    CHECK(in.rest().size() == 2);
    in.skip(2);
    CHECK(in.left() == 0);
    CHECK_FALSE(in.failed());
}

TEST_CASE("bytes: a reader never passes its end and stays failed") {
    const Bytes bytes{0xff, 0xff, 0xff};
    Reader in(bytes);
    CHECK(in.u32() == 0);
    CHECK(in.failed());
    CHECK(in.offset() == 0);
    CHECK(in.u8() == 0);
    CHECK(in.take(1).empty());
    CHECK(in.take16() == std::array<std::uint8_t, 16>{});

    Reader huge(bytes);
    CHECK(huge.take(static_cast<std::size_t>(-1)).empty());
    CHECK(huge.failed());

    Reader exact(bytes);
    CHECK(exact.take(3).size() == 3);
    CHECK_FALSE(exact.failed());
    CHECK(exact.take(0).empty());
    CHECK_FALSE(exact.failed());
}

TEST_CASE("bytes: two octets are patched where they stand") {
    Writer out;
    out.u32(0);
    out.patch_u16(1, 0xabcd);
    CHECK(std::move(out).finish() == Bytes{0x00, 0xab, 0xcd, 0x00});
}
