#include "tools/dmmctl/wording.h"

#include <array>
#include <optional>

#include "lib/base/text.h"

namespace dmm::dmmctl {

std::string in_quotes(std::string_view text) {
    const std::string out = quoted(text);
    return out.starts_with('"') ? out : '"' + out + '"';
}

std::string unknown_word(std::string_view what,
                         std::string_view word,
                         const std::vector<std::string_view>& known) {
    std::string text = "unknown " + std::string(what) + ' ' + in_quotes(word);
    if (const auto nearest = nearest_word(word, known)) {
        return text + "; did you mean " + in_quotes(*nearest) + "?";
    }
    text += "; known are ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (i > 0) text += ", ";
        text += known[i];
    }
    return text;
}

std::string time_text(std::uint64_t milliseconds) {
    struct Unit {
        std::uint64_t seconds;
        char name;
    };

    constexpr std::array<Unit, 4> kUnits{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    std::uint64_t left = milliseconds / 1'000;
    std::size_t first = 0;
    while (first + 1 < kUnits.size() && left < kUnits[first].seconds)
        ++first;
    std::string text;
    for (std::size_t i = first; i < kUnits.size() && i < first + 2; ++i) {
        const std::uint64_t count = left / kUnits[i].seconds;
        left %= kUnits[i].seconds;
        if (count == 0 && i > first) break;
        text += std::to_string(count) + kUnits[i].name;
    }
    return text;
}

std::string octets_text(std::uint64_t octets) {
    constexpr std::uint64_t kStep = 1'000;
    constexpr std::string_view kUnits = "kMGTPE";
    if (octets < kStep) return std::to_string(octets) + " B";
    std::uint64_t unit = kStep;
    std::size_t name = 0;
    while (octets / unit >= kStep) {
        unit *= kStep;
        ++name;
    }
    return std::to_string(octets / unit) + '.' + std::to_string(octets % unit / (unit / 10)) + ' ' +
           kUnits[name] + 'B';
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += line + '\n';
    return out;
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
    }
    return out;
}

}  // namespace dmm::dmmctl
