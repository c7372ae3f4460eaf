#include "tools/dmmctl/table.h"

#include <algorithm>

#include "lib/base/assert.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kGap = 2;

// Places on a terminal: octets that do not continue a UTF-8 character.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

void append(std::string& line, const std::string& cell, std::size_t width, Align align) {
    const std::string blanks(width - std::min(width, width_of(cell)), ' ');
    line += align == Align::Left ? cell + blanks : blanks + cell;
    line.append(kGap, ' ');
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
    DMM_ASSERT(cells.size() == columns_.size());
    for (std::string& cell : cells)
        cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::lines() const {
    std::vector<std::string> titles;
    for (const Column& column : columns_)
        titles.push_back(column.title);
    const bool titled =
        std::any_of(titles.begin(), titles.end(), [](const auto& t) { return !t.empty(); });
    std::vector<std::string> out(rows_.size() + (titled ? 1 : 0));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = 0;
        for (const auto& row : rows_)
            width = std::max(width, width_of(row[i]));
        if (width == 0) continue;
        width = std::max(width, width_of(titles[i]));
        auto line = out.begin();
        if (titled) append(*line++, titles[i], width, columns_[i].align);
        for (const auto& row : rows_)
            append(*line++, row[i], width, columns_[i].align);
    }
    for (std::string& line : out)
        line.erase(line.find_last_not_of(' ') + 1);
    return out;
}

}  // namespace dmm::dmmctl
