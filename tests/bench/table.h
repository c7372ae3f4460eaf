// What the benchmarks found: rows with a floor that was measured in the same run, and a goal where
// there is one. Figures of two machines, or of two loads of one machine, compare by their ratios
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dmm::bench {

struct Goal {
    enum class Bound : std::uint8_t { AtLeast, AtMost } bound = Bound::AtMost;
    enum class Of : std::uint8_t { Ratio, Value } of = Of::Ratio;
    double limit = 0;
};

struct Row {
    std::string name;
    double value = 0;
    std::string unit;
    std::optional<double> floor;  // in the same unit
    std::optional<Goal> goal;
    std::string note;

    // Of the value to the floor.
    [[nodiscard]] std::optional<double> ratio() const;
    // Absent without a goal.
    [[nodiscard]] std::optional<bool> met() const;
};

struct Section {
    std::string title;
    std::vector<Row> rows;
    std::string left_out;  // why; "" when it was measured
};

class Table {
public:
    // Rows follow under this title. Both say so on stderr, since all of it takes minutes.
    void begin(const std::string& title);
    void add(Row row);
    void leave_out(const std::string& why);

    [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }

private:
    std::vector<Section> sections_;
};

[[nodiscard]] std::string to_text(const Table& table);
[[nodiscard]] std::string to_json(const Table& table);

// Of an odd number of values the middle one; at least one is wanted.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace dmm::bench
