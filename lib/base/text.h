// Text without a formatting library: strict number parsing, hex, quoting, and the
// key=value lines that logs, traces and scenarios share.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/time.h"

namespace dmm {

// A decimal number and nothing else, within [low, high].
template <std::integral T>
[[nodiscard]] std::optional<T> parse_number(std::string_view text,
                                            T low = std::numeric_limits<T>::min(),
                                            T high = std::numeric_limits<T>::max()) {
    T value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value < low || value > high) return std::nullopt;
    return value;
}

// Lower-case hex without separators.
[[nodiscard]] std::string to_hex(ByteView bytes);
// Either case, an even number of digits, no separators; nullopt otherwise.
[[nodiscard]] std::optional<Bytes> parse_hex(std::string_view text);

// `text` unchanged if it is one or more of the characters A-Za-z0-9 and . : / @ _ + % , -
// else in double quotes with \" \\ and \xHH for what is not printable ASCII.
[[nodiscard]] std::string quoted(std::string_view text);

// Splits a line at blanks; a double-quoted part (see quoted) may hold blanks, also behind
// "key=". nullopt when a quote or an escape does not end.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view line);

// Seconds with the fewest decimals that are exact: "0.031s", "5s". Parsing accepts the
// units ns, us, ms, s, m, h and up to nine decimals.
[[nodiscard]] std::string to_text(Duration duration);
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

// The known word that is nearest to `word`, if it is near enough to be a slip.
[[nodiscard]] std::optional<std::string_view> nearest_word(
    std::string_view word, const std::vector<std::string_view>& known);

// Builds "verb key=value key=value".
class Line {
public:
    explicit Line(std::string_view verb) : text_(verb) {}

    Line& add(std::string_view key, std::string_view value);

    Line& add(std::string_view key, std::integral auto value) {
        return add(key, std::string_view(std::to_string(value)));
    }

    // A bare word, taken as it is.
    Line& word(std::string_view word);

    [[nodiscard]] std::string str() && { return std::move(text_); }

private:
    std::string text_;
};

}  // namespace dmm
