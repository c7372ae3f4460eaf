#include "lib/base/text.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace dmm {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::optional<std::uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".:/@_+%,-").find(c) != std::string_view::npos;
}

// Reads a quoted part that starts behind its opening quote; false if it does not end.
bool unquote(std::string_view line, std::size_t& at, std::string& out) {
    while (at < line.size()) {
        const char c = line[at++];
        if (c == '"') return true;
        if (c != '\\') {
            out += c;
            continue;
        }
        if (at >= line.size()) return false;
        const char escaped = line[at++];
        if (escaped != 'x') {
            out += escaped;
            continue;
        }
        const auto octet = parse_hex(line.substr(at, 2));
        if (!octet || octet->size() != 1) return false;
        out += static_cast<char>(octet->front());
        at += 2;
    }
    return false;
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above + 1, row[j - 1] + 1, change});
            diagonal = above;
        }
    }
    return row[b.size()];
}

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr std::array<Unit, 6> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t octet : bytes) {
        text += kHexDigits[octet >> 4U];
        text += kHexDigits[octet & 0x0fU];
    }
    return text;
}

std::optional<Bytes> parse_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = hex_digit(text[i]);
        const auto low = hex_digit(text[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(*high << 4U | *low));
    }
    return bytes;
}

std::string quoted(std::string_view text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20 || octet > 0x7e) {
            out += "\\x" + to_hex(ByteView(&octet, 1));
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::optional<std::vector<std::string>> split_words(std::string_view line) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < line.size()) {
        if (line[at] == ' ' || line[at] == '\t') {
            ++at;
            continue;
        }
        std::string word;
        while (at < line.size() && line[at] != ' ' && line[at] != '\t') {
            const char c = line[at++];
            if (c != '"') {
                word += c;
            } else if (!unquote(line, at, word)) {
                return std::nullopt;
            }
        }
        words.push_back(std::move(word));
    }
    return words;
}

std::string to_text(Duration duration) {
    const std::int64_t ns = duration.count();
    const std::uint64_t magnitude =
        ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    std::string text = ns < 0 ? "-" : "";
    text += std::to_string(magnitude / 1'000'000'000U);
    std::string decimals = std::to_string(magnitude % 1'000'000'000U + 1'000'000'000U).substr(1);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    if (!decimals.empty()) text += '.' + decimals;
    return text + 's';
}

std::optional<Duration> parse_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto unit_at = text.find_first_not_of("0123456789.");
    if (unit_at == 0 || unit_at == std::string_view::npos) return std::nullopt;
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) {
        return u.name == text.substr(unit_at);
    });
    if (unit == kUnits.end()) return std::nullopt;
    const std::string_view number = text.substr(0, unit_at);
    const auto dot = number.find('.');
    const std::string_view decimals =
        dot == std::string_view::npos ? std::string_view{} : number.substr(dot + 1);
    if (dot != std::string_view::npos && (decimals.empty() || decimals.size() > 9)) {
        return std::nullopt;
    }
    // A century bounds every factor, so nothing below overflows.
    const std::int64_t most = 3'000'000'000'000'000'000 / unit->nanoseconds;
    const auto whole = parse_number<std::int64_t>(number.substr(0, dot), 0, most);
    if (!whole) return std::nullopt;
    std::int64_t total = *whole * unit->nanoseconds;
    std::int64_t scale = unit->nanoseconds;
    for (const char digit : decimals) {
        if (digit == '.' || scale % 10 != 0) {
            if (digit == '0') continue;
            return std::nullopt;
        }
        scale /= 10;
        total += (digit - '0') * scale;
    }
    return Duration(negative ? -total : total);
}

std::optional<std::string_view> nearest_word(std::string_view word,
                                             const std::vector<std::string_view>& known) {
    std::optional<std::string_view> best;
    std::size_t best_distance = word.size() / 3 + 2;
    for (const std::string_view candidate : known) {
        const std::size_t d = distance(word, candidate);
        if (d < best_distance) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

Line& Line::add(std::string_view key, std::string_view value) {
    text_ += ' ';
    text_ += key;
    text_ += '=';
    text_ += quoted(value);
    return *this;
}

Line& Line::word(std::string_view word) {
    text_ += ' ';
    text_ += word;
    return *this;
}

}  // namespace dmm
