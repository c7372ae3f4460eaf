#include "lib/base/duration_histogram.h"
#include "tests/support/catch.h"

namespace dmm {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST_CASE("a duration counts in each class whose bound it does not exceed") {
    DurationHistogram histogram;
    histogram.record(microseconds(100));
    histogram.record(microseconds(100) + nanoseconds(1));
    histogram.record(seconds(10));
    histogram.record(seconds(11));
    CHECK(histogram.up_to(0) == 1);
    CHECK(histogram.up_to(1) == 2);
    CHECK(histogram.up_to(14) == 2);
    CHECK(histogram.up_to(15) == 3);
    CHECK(histogram.count() == 4);
    CHECK(histogram.sum() == seconds(21) + microseconds(200) + nanoseconds(1));
}

TEST_CASE("what seems to have taken less than no time took none") {
    DurationHistogram histogram;
    histogram.record(-seconds(1));
    CHECK(histogram.up_to(0) == 1);
    CHECK(histogram.sum() == Duration{});
}

}  // namespace
}  // namespace dmm
