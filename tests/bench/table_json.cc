// {"sections": [{"title": ..., "left_out": "" or why, "rows": [{"name", "value", "unit", "floor",
// "ratio", "goal", "met", "note"}, ...]}, ...]}; null where a row has none.
#include <nlohmann/json.hpp>

#include "tests/bench/table.h"

namespace dmm::bench {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json json_of(const Row& row) {
    Json goal = nullptr;
    if (row.goal) {
        goal = {{"bound", row.goal->bound == Goal::Bound::AtLeast ? "at_least" : "at_most"},
                {"of", row.goal->of == Goal::Of::Ratio ? "ratio" : "value"},
                {"limit", row.goal->limit}};
    }
    return {{"name", row.name},
            {"value", row.value},
            {"unit", row.unit},
            {"floor", or_null(row.floor)},
            {"ratio", or_null(row.ratio())},
            {"goal", goal},
            {"met", or_null(row.met())},
            {"note", row.note}};
}

}  // namespace

std::string to_json(const Table& table) {
    Json sections = Json::array();
    for (const Section& section : table.sections()) {
        Json rows = Json::array();
        for (const Row& row : section.rows)
            rows.push_back(json_of(row));
        sections.push_back(
            {{"title", section.title}, {"left_out", section.left_out}, {"rows", rows}});
    }
    return Json{{"sections", sections}}.dump(2) + '\n';
}

}  // namespace dmm::bench
