#include "lib/config/json_reader.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/config/errors.h"

namespace dmm::config {
namespace {

using json = nlohmann::ordered_json;  // one kind is one parser in the program

// A configuration has four levels; more is a mistake or an attack on the stack.
constexpr std::size_t kMostDepth = 16;

// Of a text whose last octet is where reading stopped: "line 3, column 7".
std::string place_of(std::string_view read) {
    const auto line = std::count(read.begin(), read.end(), '\n') + 1;
    const std::size_t start = read.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(read.size() - start);
}

// The last octets of the last line, enough to recognise the place.
std::string_view tail_of(std::string_view read) {
    constexpr std::size_t kMost = 24;
    read.remove_prefix(read.rfind('\n') + 1);
    read.remove_prefix(std::min(read.find_first_not_of(" \t"), read.size()));
    return read.substr(read.size() - std::min(read.size(), kMost));
}

// Receives the parser's events. Open arrays and objects wait on a stack until they are
// whole, so no pointer into a growing vector is ever kept.
class Builder {
public:
    explicit Builder(std::string_view text) : text_(text) {}

    bool null() { return put({nullptr}); }

    bool boolean(bool flag) { return put({flag}); }

    bool number_integer(json::number_integer_t number) {
        return put({Number{.text = std::to_string(number), .integer = number}});
    }

    bool number_unsigned(json::number_unsigned_t number) {
        Number out{.text = std::to_string(number), .integer = std::nullopt};
        if (std::in_range<std::int64_t>(number)) out.integer = static_cast<std::int64_t>(number);
        return put({std::move(out)});
    }

    bool number_float(json::number_float_t /*number*/, const std::string& text) {
        return put({Number{.text = text, .integer = std::nullopt}});
    }

    bool string(std::string& text) { return put({std::move(text)}); }

    // Only binary formats have these.
    static bool binary(json::binary_t& /*octets*/) { return false; }

    bool start_object(std::size_t /*elements*/) { return open({Value::Object{}}); }

    bool start_array(std::size_t /*elements*/) { return open({Value::Array{}}); }

    bool key(std::string& key) {
        std::get<Value::Object>(open_.back().data).push_back({.key = std::move(key), .value = {}});
        return true;
    }

    bool end_object() { return close(); }

    bool end_array() { return close(); }

    // `position` is how many octets were read, the first wrong one included; the end of the
    // text counts as one.
    bool parse_error(std::size_t position,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& /*why*/) {
        if (position > text_.size()) {
            error_ = "the text ends too early; close what is open";
            return false;
        }
        const std::string_view read = text_.substr(0, position);
        error_ = place_of(read) + ": this is no JSON where " + in_quotes(tail_of(read)) +
                 " ends; look for a comma, quote or bracket too many or too few";
        return false;
    }

    [[nodiscard]] std::expected<Value, std::string> finish() && {
        if (!error_.empty()) return std::unexpected(std::move(error_));
        return std::move(root_);
    }

private:
    bool put(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (auto* array = std::get_if<Value::Array>(&open_.back().data)) {
            array->push_back(std::move(value));
        } else {
            std::get<Value::Object>(open_.back().data).back().value = std::move(value);
        }
        return true;
    }

    bool open(Value value) {
        if (open_.size() == kMostDepth) {
            error_ = "arrays and objects are nested deeper than " + std::to_string(kMostDepth) +
                     "; no configuration needs that";
            return false;
        }
        open_.push_back(std::move(value));
        return true;
    }

    bool close() {
        Value whole = std::move(open_.back());
        open_.pop_back();
        return put(std::move(whole));
    }

    std::string_view text_;
    std::vector<Value> open_;
    Value root_;
    std::string error_;
};

}  // namespace

std::expected<Value, std::string> read_json(std::string_view text) {
    Builder builder(text);
    // The builder keeps the reason of a failure.
    (void)json::sax_parse(text.begin(),
                          text.end(),
                          &builder,
                          json::input_format_t::json,
                          /*strict=*/true,
                          /*ignore_comments=*/true);
    return std::move(builder).finish();
}

}  // namespace dmm::config
