#include "tools/dmmctl/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "lib/base/assert.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kGap = 2;
// No column is cut below this.
constexpr std::size_t kLeastCut = 9;
constexpr std::size_t kLeastWrap = 20;
// Where a command goes on.
constexpr std::string_view kIndent = "    ";
constexpr std::string_view kGoesOn = " \\";

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

bool wraps(Fit fit) {
    return fit == Fit::Wrap || fit == Fit::Command;
}

// The octet at which the character with this number begins.
std::size_t octet_of(const std::string& text, std::size_t character) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (continues_character(text[at])) continue;
        if (character-- == 0) break;
    }
    return at;
}

std::string padded(const std::string& cell, std::size_t width, Align align) {
    const std::string blanks(width - std::min(width, width_of(cell)), ' ');
    return align == Align::Left ? cell + blanks : blanks + cell;
}

// At blanks; a word that is too long is left whole.
std::vector<std::string> wrapped(const std::string& text, std::size_t width, Fit fit) {
    const bool command = fit == Fit::Command;
    std::vector<std::string> out;
    std::string line;
    std::size_t at = 0;
    if (width_of(text) <= width) return {text};
    if (command) width -= kGoesOn.size();
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, end - at);
        if (!line.empty() && width_of(line) + 1 + width_of(word) > width) {
            out.push_back(line + std::string(command ? kGoesOn : ""));
            line = std::string(command ? kIndent : "") + word;
        } else {
            line += (line.empty() ? "" : " ") + word;
        }
        at = end + 1;
    }
    out.push_back(line);
    return out;
}

}  // namespace

std::size_t width_of(const std::string& text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_character));
}

std::string cut_to(const std::string& text, std::size_t width) {
    const std::size_t whole = width_of(text);
    if (whole <= width || width == 0) return text;
    const std::size_t head = width / 2;
    const std::size_t tail = width - head - 1;
    return text.substr(0, octet_of(text, head)) + '~' + text.substr(octet_of(text, whole - tail));
}

void Table::add(std::vector<std::string> cells) {
    DMM_ASSERT(cells.size() == columns_.size());
    for (std::string& cell : cells)
        cell = printable(cell);
    rows_.push_back(std::move(cells));
}

// 0: left out.
std::vector<std::size_t> Table::widths(std::size_t most) const {
    std::vector<std::size_t> out(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (const auto& row : rows_)
            out[i] = std::max(out[i], width_of(row[i]));
        if (out[i] != 0) out[i] = std::max(out[i], width_of(columns_[i].title));
    }
    const auto all = [&] {
        const auto shown = out.size() - static_cast<std::size_t>(std::ranges::count(out, 0U));
        return std::accumulate(out.begin(), out.end(), std::size_t{0}) + kGap * shown;
    };
    if (most == kUnbounded) return out;
    while (all() > most + kGap) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (columns_[i].fit != Fit::Cut || out[i] <= kLeastCut) continue;
            if (widest == nullptr || out[i] > *widest) widest = &out[i];
        }
        if (widest == nullptr) break;
        --*widest;
    }
    if (!out.empty() && wraps(columns_.back().fit) && all() > most + kGap) {
        const std::size_t others = all() - out.back();
        out.back() = std::max(kLeastWrap, most + kGap - std::min(others, most));
    }
    return out;
}

std::vector<std::string> Table::lines(std::size_t most) const {
    const std::vector<std::size_t> width = widths(most);
    std::vector<std::string> out;
    const auto add_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (width[i] == 0) continue;
            line += padded(cell_of(i), width[i], columns_[i].align) + std::string(kGap, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out.push_back(std::move(line));
    };
    const bool titled =
        std::ranges::any_of(columns_, [](const auto& c) { return !c.title.empty(); });
    if (titled) add_line([&](std::size_t i) { return columns_[i].title; });
    const std::size_t last = columns_.size() - 1;
    for (const auto& row : rows_) {
        const Fit fit = columns_[last].fit;
        std::vector<std::string> parts{row[last]};
        if (wraps(fit) && width[last] != 0) parts = wrapped(row[last], width[last], fit);
        for (std::size_t part = 0; part < parts.size(); ++part) {
            add_line([&](std::size_t i) {
                if (i == last) return cut_to(parts[part], wraps(fit) ? 0 : width[i]);
                return part == 0 ? cut_to(row[i], width[i]) : std::string();
            });
        }
    }
    return out;
}

}  // namespace dmm::dmmctl
