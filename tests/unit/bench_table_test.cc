#include "tests/bench/sections.h"
#include "tests/bench/table.h"
#include "tests/support/catch.h"

namespace dmm::bench {
namespace {

Row row_of(double value, std::optional<double> floor, std::optional<Goal> goal) {
    return {.name = "row", .value = value, .unit = "us", .floor = floor, .goal = goal, .note = {}};
}

TEST_CASE("A row meets its goal", "[bench]") {
    const Goal at_most{.bound = Goal::Bound::AtMost, .of = Goal::Of::Ratio, .limit = 1.2};
    CHECK(row_of(12, 10, at_most).met() == true);
    CHECK(row_of(13, 10, at_most).met() == false);
    const Goal at_least{.bound = Goal::Bound::AtLeast, .of = Goal::Of::Ratio, .limit = 0.6};
    CHECK(row_of(6, 10, at_least).met() == true);
    CHECK(row_of(5, 10, at_least).met() == false);
    const Goal none{.bound = Goal::Bound::AtMost, .of = Goal::Of::Value, .limit = 0};
    CHECK(row_of(0, {}, none).met() == true);
    CHECK(row_of(1, {}, none).met() == false);
}

TEST_CASE("A goal beside a floor that is missing is missed", "[bench]") {
    CHECK(row_of(1, {}, Goal{.limit = 1.2}).met() == false);
    CHECK(row_of(1, 0, Goal{.limit = 1.2}).met() == false);
    CHECK(row_of(1, 10, {}).met() == std::nullopt);
}

TEST_CASE("The median is the middle of an odd number of values", "[bench]") {
    CHECK(median({3, 1, 2}) == 2);
    CHECK(median({7}) == 7);
}

TEST_CASE("Numbers are read out of the demonstration's last line", "[bench]") {
    const std::string said = "demo: lost_per_move=9 moves\ndemo: lost_per_move=3,-,4 x=1 ok";
    CHECK(numbers_behind(said, "lost_per_move=") == std::vector<double>{3, 4});
    CHECK(numbers_behind(said, "y=").empty());
}

TEST_CASE("Text and JSON say the same of a table", "[bench]") {
    Table table;
    table.begin("first");
    table.add(row_of(13, 10, Goal{.limit = 1.2}));
    table.begin("second");
    table.leave_out("no such kernel");
    const std::string text = to_text(table);
    CHECK(text.find("1.30 x") != std::string::npos);
    CHECK(text.find("MISSED") != std::string::npos);
    CHECK(text.find("left out: no such kernel") != std::string::npos);
    const std::string json = to_json(table);
    CHECK(json.find("\"ratio\": 1.3") != std::string::npos);
    CHECK(json.find("\"met\": false") != std::string::npos);
    CHECK(json.find("\"left_out\": \"no such kernel\"") != std::string::npos);
}

}  // namespace
}  // namespace dmm::bench
