// Rows of text in aligned columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dmm::dmmctl {

enum class Align : std::uint8_t { Left, Right };

// What becomes of a column in a table that is too wide.
enum class Fit : std::uint8_t {
    Whole,
    Cut,      // long cells lose their middle, where a '~' stands then
    Wrap,     // the last column alone: goes on in the next line
    Command,  // the same, with a '\' where a shell needs one
};

struct Column {
    std::string title;  // "" in all columns: no line of titles
    Align align = Align::Left;
    Fit fit = Fit::Whole;
};

class Table {
public:
    static constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns.
    void add(std::vector<std::string> cells);

    [[nodiscard]] bool empty() const { return rows_.empty(); }

    // The line of titles first, then one line for each row, more where cells wrap, without
    // newlines and without blanks at their ends. A column that is blank in every row is left
    // out. Lines are at most `most` wide as far as columns can be cut and wrapped.
    [[nodiscard]] std::vector<std::string> lines(std::size_t most = kUnbounded) const;

private:
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t most) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// Places on a terminal.
[[nodiscard]] std::size_t width_of(const std::string& text);
// `text` in at most `width` places, its middle left out.
[[nodiscard]] std::string cut_to(const std::string& text, std::size_t width);

}  // namespace dmm::dmmctl
