// One JSON object of the configuration, read key by key. Whatever was not asked for is
// unknown, so the list of known keys is written once: where they are read. Keys are passed
// as literals; the section keeps views of them.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/config/errors.h"
#include "lib/config/json_value.h"

namespace dmm::config {

// A value out of JSON, or what is wrong with it.
template <typename T>
using Read = std::expected<T, std::string>;

// What a value is called and an example of it, for remedies.
struct Kind {
    std::string_view noun;     // "an IPv6 address"
    std::string_view example;  // as JSON
};

// A value and where it stood.
template <typename T>
struct Placed {
    std::string pointer;
    T value;
};

class Section {
public:
    // A value that is no object is an error, and the section behaves as if it were empty
    // and nothing were required of it. `errors` must outlive this.
    Section(const Value& value, std::string pointer, Errors& errors);

    [[nodiscard]] std::string place(std::string_view key) const { return below(pointer_, key); }

    // nullptr when the key is absent.
    [[nodiscard]] const Value* find(std::string_view key);

    // Leaves `into` alone when the key is absent or wrong. True when it was set.
    template <typename T, typename Reader>
    bool optional(std::string_view key, T& into, const Reader& reader) {
        const Value* value = find(key);
        return value != nullptr && take_key(key, *value, into, reader);
    }

    template <typename T, typename Reader>
    bool required(std::string_view key, T& into, const Reader& reader, const Kind& kind) {
        const Value* value = demand(key, kind);
        return value != nullptr && take_key(key, *value, into, reader);
    }

    // Read and found wrong: what follows from its value need not be said.
    [[nodiscard]] bool is_wrong(std::string_view key) const { return wrong_.contains(key); }

    // nullptr when absent, no array or longer than `most`; the latter two are reported.
    [[nodiscard]] const Value::Array* array(std::string_view key, std::size_t most);
    // As array(), but absence and emptiness are errors too.
    [[nodiscard]] const Value::Array* filled_array(std::string_view key,
                                                   std::size_t most,
                                                   const Kind& kind);

    // The elements of `array` (of the key `key`, nullptr: none) that are right.
    template <typename T, typename Reader>
    std::vector<Placed<T>> elements(std::string_view key,
                                    const Value::Array* array,
                                    const Reader& reader) {
        std::vector<Placed<T>> out;
        for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
            Placed<T> element{.pointer = below(place(key), i), .value = {}};
            if (take(element.pointer, (*array)[i], element.value, reader)) {
                out.push_back(std::move(element));
            }
        }
        return out;
    }

    // Reports keys that were never asked for and keys that are given twice.
    void finish();

private:
    template <typename T, typename Reader>
    bool take(const std::string& pointer, const Value& value, T& into, const Reader& reader) {
        auto read = reader(value);
        if (!read) {
            errors_.add(pointer, std::move(read.error()));
            return false;
        }
        into = std::move(*read);
        return true;
    }

    template <typename T, typename Reader>
    bool take_key(std::string_view key, const Value& value, T& into, const Reader& reader) {
        const bool right = take(place(key), value, into, reader);
        if (!right) wrong_.insert(key);
        return right;
    }

    [[nodiscard]] const Value* demand(std::string_view key, const Kind& kind);

    const Value::Object* object_ = nullptr;
    std::string pointer_;
    Errors& errors_;
    std::vector<std::string_view> known_;
    std::set<std::string_view> wrong_;
};

// Reports each key that stands in `object` more than once.
void report_repeated_keys(const Value::Object& object, std::string_view pointer, Errors& errors);

// Reports each value that stands in `list` more than once.
template <typename T, typename Text>
void report_repeats(const std::vector<Placed<T>>& list, const Text& text, Errors& errors) {
    std::map<T, std::string_view> first;
    for (const Placed<T>& element : list) {
        const auto [known, added] = first.emplace(element.value, element.pointer);
        if (added) continue;
        errors.add(element.pointer,
                   in_quotes(text(element.value)) + " is given twice, first at " +
                       std::string(known->second) + "; remove one");
    }
}

template <typename T>
[[nodiscard]] std::vector<T> values_of(std::vector<Placed<T>> list) {
    std::vector<T> out;
    out.reserve(list.size());
    for (Placed<T>& element : list)
        out.push_back(std::move(element.value));
    return out;
}

}  // namespace dmm::config
