// Rows of text in aligned columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dmm::dmmctl {

enum class Align : std::uint8_t { Left, Right };

struct Column {
    std::string title;  // "" in all columns: no line of titles
    Align align = Align::Left;
};

class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns.
    void add(std::vector<std::string> cells);

    [[nodiscard]] bool empty() const { return rows_.empty(); }

    // The line of titles first, then one line for each row, without newlines and without
    // blanks at their ends. A column that is blank in every row is left out.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace dmm::dmmctl
