// A JSON document as plain values. Members keep their order and their repetitions, so that
// a key that is given twice can be reported; that is what a usual JSON object forgets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dmm::config {

struct Number {
    std::string text;                     // as a person would write it
    std::optional<std::int64_t> integer;  // absent: a fraction, or beyond 64 bits
};

struct Member;

struct Value {
    using Array = std::vector<Value>;
    using Object = std::vector<Member>;

    std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data;
};

struct Member {
    std::string key;
    Value value;
};

}  // namespace dmm::config
