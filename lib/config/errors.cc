#include "lib/config/errors.h"

#include <optional>
#include <set>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/words.h"

namespace dmm::config {
namespace {

constexpr std::size_t kMostQuoted = 64;

// Splits the first part off `pointer`, which starts with '/'.
std::string_view take_part(std::string_view& pointer) {
    pointer.remove_prefix(1);
    const std::string_view part = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(part.size());
    return part;
}

bool part_before(std::string_view a, std::string_view b) {
    const auto number_a = parse_number<std::size_t>(a);
    const auto number_b = parse_number<std::size_t>(b);
    if (number_a && number_b && *number_a != *number_b) return *number_a < *number_b;
    // Keys that look like numbers stand together, else "2", "10" and "1a" would form a circle.
    if (number_a.has_value() != number_b.has_value()) return number_a.has_value();
    return a < b;
}

bool place_before(const ConfigError& left, const ConfigError& right) {
    std::string_view a = left.pointer;
    std::string_view b = right.pointer;
    while (!a.empty() && !b.empty()) {
        const std::string_view part_a = take_part(a);
        const std::string_view part_b = take_part(b);
        if (part_a != part_b) return part_before(part_a, part_b);
    }
    return a.empty() && !b.empty();
}

}  // namespace

std::vector<ConfigError> Errors::take_sorted() && {
    // Equal places keep their order. Not std::stable_sort: clang warns of what libstdc++ does in
    // it.
    std::multiset<ConfigError, decltype(&place_before)> sorted(place_before);
    for (ConfigError& error : errors_)
        sorted.insert(std::move(error));
    errors_.clear();
    while (!sorted.empty())
        errors_.push_back(std::move(sorted.extract(sorted.begin()).value()));
    return std::move(errors_);
}

std::string to_text(const ConfigError& error, std::string_view file) {
    std::string text(file);
    if (!error.pointer.empty()) text += ':' + error.pointer;
    return text + ": " + error.message;
}

std::string below(std::string_view pointer, std::string_view key) {
    std::string out(pointer);
    out += '/';
    for (const char c : key) {
        // A pointer is printed as it is; what would break the line is not let through.
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c >= ' ' && c != 0x7f ? c : '?';
        }
    }
    return out;
}

std::string below(std::string_view pointer, std::size_t index) {
    return below(pointer, std::to_string(index));
}

std::string in_quotes(std::string_view text) {
    return dmm::in_quotes(text, kMostQuoted);
}

std::string found(const Value& value) {
    struct Namer {
        std::string operator()(std::nullptr_t) const { return "null"; }

        std::string operator()(bool flag) const { return flag ? "true" : "false"; }

        std::string operator()(const Number& number) const {
            return number.text.size() <= kMostQuoted ? number.text : in_quotes(number.text);
        }

        std::string operator()(const std::string& text) const { return in_quotes(text); }

        std::string operator()(const Value::Array& /*array*/) const { return "an array"; }

        std::string operator()(const Value::Object& /*object*/) const { return "an object"; }
    };

    return std::visit(Namer{}, value.data);
}

std::string unknown_value(std::string_view what,
                          std::string_view word,
                          const std::vector<std::string_view>& known) {
    return in_quotes(word) + ": unknown " + std::string(what) + suggestion(word, known);
}

}  // namespace dmm::config
