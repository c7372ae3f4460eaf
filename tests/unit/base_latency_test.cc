#include "lib/base/latency.h"
#include "tests/support/catch.h"

namespace dmm {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST_CASE("how long something took is as precise as people can use") {
    CHECK(latency_text(Duration{}) == "0.0ms");
    CHECK(latency_text(nanoseconds(-1)) == "0.0ms");
    CHECK(latency_text(microseconds(49)) == "0.0ms");
    CHECK(latency_text(microseconds(50)) == "0.1ms");
    CHECK(latency_text(nanoseconds(37'770'689)) == "37.8ms");
    CHECK(latency_text(milliseconds(12)) == "12.0ms");
    CHECK(latency_text(microseconds(999'949)) == "999.9ms");
    CHECK(latency_text(microseconds(999'950)) == "1.00s");
    CHECK(latency_text(milliseconds(1'255)) == "1.26s");
    CHECK(latency_text(milliseconds(59'994)) == "59.99s");
    CHECK(latency_text(milliseconds(59'995)) == "1m");
    CHECK(latency_text(seconds(60)) == "1m");
    CHECK(latency_text(seconds(192)) == "3m12s");
}

TEST_CASE("times have the two largest units that say something") {
    CHECK(time_text(0) == "0s");
    CHECK(time_text(999) == "0s");
    CHECK(time_text(59'999) == "59s");
    CHECK(time_text(60'000) == "1m");
    CHECK(time_text(192'000) == "3m12s");
    CHECK(time_text(3'600'000) == "1h");
    CHECK(time_text(3'605'000) == "1h");
    CHECK(time_text(7'500'000) == "2h5m");
    CHECK(time_text(86'400'000) == "1d");
    CHECK(time_text(763'200'000) == "8d20h");
    CHECK(time_text(18'446'744'073'709'551'615U) == "213503982334d14h");
}

}  // namespace
}  // namespace dmm
