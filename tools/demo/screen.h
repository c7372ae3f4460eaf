// Plain lines on standard output, at most 80 columns, as things happen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dmm::demo {

enum class Tone : std::uint8_t { Plain, Faint, Strong, Good, Bad };

class Screen {
public:
    static constexpr std::size_t kColumns = 80;

    explicit Screen(bool colour) : colour_(colour) {}

    // Longer text is cut at the last column.
    void line(std::string_view text, Tone tone = Tone::Plain) const;
    // Longer text goes on in further lines, each with the same indentation.
    void paragraph(std::string_view text, Tone tone) const;
    // For programs: uncut and without colour.
    void whole(std::string_view text) const;
    // A heading with a rule across the screen, behind an empty line.
    void heading(std::string_view text) const;

private:
    bool colour_;
};

// `text` filled with blanks to `width` columns, on its right or on its left.
[[nodiscard]] std::string padded(std::string text, std::size_t width);
[[nodiscard]] std::string right(const std::string& text, std::size_t width);

}  // namespace dmm::demo
