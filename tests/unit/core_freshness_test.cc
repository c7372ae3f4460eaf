#include "lib/core/freshness.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr WallTime kNow{.since_epoch = seconds(1'767'225'600)};

wire::Timestamp at(Duration offset) {
    return wire::Timestamp::of({.since_epoch = kNow.since_epoch + offset});
}

Status judge(const Accepted& last, Duration offset) {
    return judge_freshness(last, at(offset), 1, kNow, milliseconds(300));
}

Status judge_number(std::uint16_t last, std::uint16_t sequence) {
    return judge_freshness({.timestamp = std::nullopt, .sequence = last},
                           std::nullopt,
                           sequence,
                           kNow,
                           milliseconds(300));
}

}  // namespace

TEST_CASE("a timestamp is fresh inside the window and above the last") {
    CHECK(judge({}, milliseconds(0)) == Status::Accepted);
    CHECK(judge({}, milliseconds(299)) == Status::Accepted);
    CHECK(judge({}, milliseconds(-299)) == Status::Accepted);
    CHECK(judge({}, milliseconds(301)) == Status::TimestampMismatch);
    CHECK(judge({}, milliseconds(-301)) == Status::TimestampMismatch);
}

TEST_CASE("a timestamp that is not above the last is stale, whatever the window") {
    const Accepted last{.timestamp = at(milliseconds(10)), .sequence = 1};
    CHECK(judge(last, milliseconds(11)) == Status::Accepted);
    CHECK(judge(last, milliseconds(10)) == Status::TimestampLowerThanPrevAccepted);
    CHECK(judge(last, milliseconds(9)) == Status::TimestampLowerThanPrevAccepted);
    CHECK(judge(last, seconds(-100)) == Status::TimestampLowerThanPrevAccepted);
}

TEST_CASE("with a timestamp the sequence number does not count") {
    const Accepted last{.timestamp = at(milliseconds(0)), .sequence = 100};
    CHECK(judge_freshness(last, at(milliseconds(1)), 100, kNow, milliseconds(300)) ==
          Status::Accepted);
}

// RFC 6275 section 9.5.1 gives these numbers: after 15, 0 to 15 and 32783 to 65535 are old.
TEST_CASE("sequence numbers are compared modulo 65536") {
    CHECK(judge_number(15, 16) == Status::Accepted);
    CHECK(judge_number(15, 32782) == Status::Accepted);
    CHECK(judge_number(15, 15) == Status::SequenceNumberOutOfWindow);
    CHECK(judge_number(15, 0) == Status::SequenceNumberOutOfWindow);
    CHECK(judge_number(15, 32783) == Status::SequenceNumberOutOfWindow);
    CHECK(judge_number(15, 65535) == Status::SequenceNumberOutOfWindow);
    CHECK(judge_number(65535, 0) == Status::Accepted);
    CHECK(judge_freshness({}, std::nullopt, 7, kNow, milliseconds(300)) == Status::Accepted);
}
