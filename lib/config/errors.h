// Where an error is and what it says. Errors are collected, never thrown: a person who
// mends a file wants to see all of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/json_value.h"
#include "lib/config/load.h"

namespace dmm::config {

class Errors {
public:
    void add(std::string pointer, std::string message) {
        errors_.push_back({.pointer = std::move(pointer), .message = std::move(message)});
    }

    [[nodiscard]] bool empty() const { return errors_.empty(); }

    // By place: parents before children, array elements by their number, and at one place
    // in the order of finding.
    [[nodiscard]] std::vector<ConfigError> take_sorted() &&;

private:
    std::vector<ConfigError> errors_;
};

// JSON pointers (RFC 6901): "/maar/peers" + "2".
[[nodiscard]] std::string below(std::string_view pointer, std::string_view key);
[[nodiscard]] std::string below(std::string_view pointer, std::size_t index);

// As dmm::in_quotes(), cut where it is longer than a line bears.
[[nodiscard]] std::string in_quotes(std::string_view text);

// What a person would call this value: "\"lan0\"", "12", "true", "an array", ...
[[nodiscard]] std::string found(const Value& value);

// `"WORD": unknown WHAT` and a suggestion.
[[nodiscard]] std::string unknown_value(std::string_view what,
                                        std::string_view word,
                                        const std::vector<std::string_view>& known);

}  // namespace dmm::config
