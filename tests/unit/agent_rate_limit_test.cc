#include "agent/log_limit.h"
#include "agent/rate_limit.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{seconds(1000)};

int taken(TokenBucket& bucket, SteadyTime at, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i)
        out += bucket.take(at) ? 1 : 0;
    return out;
}

int admitted(LogLimit& limit, std::string_view kind, SteadyTime at, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i)
        out += limit.admit(kind, at) ? 1 : 0;
    return out;
}

TEST_CASE("a bucket gives its burst, then its rate") {
    TokenBucket bucket(/*burst=*/5., /*per_second=*/10.);
    CHECK(taken(bucket, kStart, 100) == 5);
    CHECK(taken(bucket, kStart + milliseconds(99), 100) == 0);
    CHECK(taken(bucket, kStart + milliseconds(101), 100) == 1);
    CHECK(taken(bucket, kStart + milliseconds(401), 100) == 3);
}

TEST_CASE("a bucket that rested holds its burst and no more") {
    TokenBucket bucket(/*burst=*/5., /*per_second=*/10.);
    CHECK(taken(bucket, kStart, 5) == 5);
    CHECK(taken(bucket, kStart + seconds(3600), 100) == 5);
}

TEST_CASE("time that runs backwards fills no bucket") {
    TokenBucket bucket(/*burst=*/1., /*per_second=*/10.);
    CHECK(taken(bucket, kStart, 1) == 1);
    CHECK(taken(bucket, kStart - seconds(10), 1) == 0);
    CHECK(taken(bucket, kStart + milliseconds(50), 1) == 0);
    CHECK(taken(bucket, kStart + milliseconds(101), 1) == 1);
}

TEST_CASE("one kind of line does not use up the room of another") {
    LogLimit limit;
    CHECK(admitted(limit, "message_refused", kStart, 1000) == 20);
    CHECK(admitted(limit, "handover", kStart, 5) == 5);
}

TEST_CASE("after the burst ten lines of a kind go through per second") {
    LogLimit limit;
    CHECK(admitted(limit, "message_refused", kStart, 1000) == 20);
    CHECK(admitted(limit, "message_refused", kStart + milliseconds(1001), 1000) == 10);
}

TEST_CASE("what was left out is told once, a second later") {
    LogLimit limit;
    CHECK(!limit.next_deadline());
    CHECK(admitted(limit, "message_refused", kStart, 57) == 20);
    CHECK(limit.next_deadline() == kStart + seconds(1));
    CHECK(limit.take_left_out(kStart + milliseconds(999)).empty());
    CHECK(limit.take_left_out(kStart + seconds(1)) ==
          std::vector<LogLimit::LeftOut>{{.kind = "message_refused", .lines = 37}});
    CHECK(!limit.next_deadline());
    CHECK(limit.take_left_out(kStart + seconds(2)).empty());
}

TEST_CASE("every kind that was cut is told about") {
    LogLimit limit;
    CHECK(admitted(limit, "b", kStart, 21) == 20);
    CHECK(admitted(limit, "a", kStart, 22) == 20);
    CHECK(admitted(limit, "c", kStart, 20) == 20);
    CHECK(limit.take_left_out(kStart + seconds(1)) ==
          std::vector<LogLimit::LeftOut>{{.kind = "a", .lines = 2}, {.kind = "b", .lines = 1}});
}

}  // namespace
}  // namespace dmm::agent
