#include "tests/bench/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "lib/base/assert.h"

namespace dmm::bench {
namespace {

constexpr std::size_t kNameWidth = 58;

std::string number_text(double value) {
    std::array<char, 64> out{};
    const int digits = std::abs(value) >= 100 ? 0 : std::abs(value) >= 10 ? 1 : 2;
    (void)std::snprintf(out.data(), out.size(), "%.*f", digits, value);
    return out.data();
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string goal_text(const Goal& goal) {
    return (goal.bound == Goal::Bound::AtLeast ? ">= " : "<= ") + number_text(goal.limit) +
           (goal.of == Goal::Of::Ratio ? " x" : "");
}

std::string verdict_text(const Row& row) {
    const auto met = row.met();
    if (!met) return "";
    return *met ? "met" : "MISSED";
}

std::string line_of(const Row& row) {
    std::string out = "  " + row.name;
    out.append(out.size() < kNameWidth ? kNameWidth - out.size() : 1, ' ');
    const auto ratio = row.ratio();
    out += right(number_text(row.value), 10) + ' ' + row.unit;
    out.append(row.unit.size() < 8 ? 8 - row.unit.size() : 1, ' ');
    out += right(row.floor ? number_text(*row.floor) : "", 10);
    out += right(ratio ? number_text(*ratio) + " x" : "", 10);
    out += right(row.goal ? goal_text(*row.goal) : "", 12);
    out += right(verdict_text(row), 8);
    if (!row.note.empty()) out += "  " + row.note;
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

}  // namespace

std::optional<double> Row::ratio() const {
    if (!floor || *floor <= 0) return std::nullopt;
    return value / *floor;
}

std::optional<bool> Row::met() const {
    if (!goal) return std::nullopt;
    const auto judged = goal->of == Goal::Of::Ratio ? ratio() : std::optional(value);
    if (!judged) return false;
    return goal->bound == Goal::Bound::AtLeast ? *judged >= goal->limit : *judged <= goal->limit;
}

void Table::begin(const std::string& title) {
    sections_.push_back({.title = title, .rows = {}, .left_out = {}});
    (void)std::fprintf(stderr, "bench: %s\n", title.c_str());
}

void Table::add(Row row) {
    DMM_ASSERT(!sections_.empty());
    (void)std::fprintf(stderr, "bench: %s\n", line_of(row).c_str());
    sections_.back().rows.push_back(std::move(row));
}

void Table::leave_out(const std::string& why) {
    DMM_ASSERT(!sections_.empty());
    (void)std::fprintf(stderr, "bench:   left out: %s\n", why.c_str());
    sections_.back().left_out = why;
}

std::string to_text(const Table& table) {
    std::string out = "  ";
    out.append(kNameWidth - out.size(), ' ');
    out += right("value", 10) + std::string(9, ' ') + right("floor", 10) + right("ratio", 10) +
           right("goal", 12) + '\n';
    for (const Section& section : table.sections()) {
        out += section.title + '\n';
        for (const Row& row : section.rows)
            out += line_of(row) + '\n';
        if (!section.left_out.empty()) out += "  left out: " + section.left_out + '\n';
    }
    return out;
}

double median(std::vector<double> values) {
    DMM_ASSERT(!values.empty());
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace dmm::bench
