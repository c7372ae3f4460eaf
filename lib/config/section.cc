#include "lib/config/section.h"

#include <algorithm>

#include "lib/base/words.h"

namespace dmm::config {

Section::Section(const Value& value, std::string pointer, Errors& errors)
    : object_(std::get_if<Value::Object>(&value.data)),
      pointer_(std::move(pointer)),
      errors_(errors) {
    if (object_ == nullptr) {
        errors_.add(pointer_, found(value) + R"( is not an object; write it as { "key": value })");
    }
}

const Value* Section::find(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
    if (object_ == nullptr) return nullptr;
    const auto member = std::find_if(
        object_->begin(), object_->end(), [&](const Member& m) { return m.key == key; });
    return member == object_->end() ? nullptr : &member->value;
}

const Value* Section::demand(std::string_view key, const Kind& kind) {
    const Value* value = find(key);
    if (value == nullptr && object_ != nullptr) {
        errors_.add(
            place(key),
            "missing; give " + std::string(kind.noun) + " like " + std::string(kind.example));
    }
    return value;
}

const Value::Array* Section::array(std::string_view key, std::size_t most) {
    const Value* value = find(key);
    if (value == nullptr) return nullptr;
    const auto* array = std::get_if<Value::Array>(&value->data);
    if (array == nullptr) {
        errors_.add(place(key), found(*value) + " is not an array; write it as [ ... ]");
        return nullptr;
    }
    if (array->size() > most) {
        errors_.add(
            place(key),
            std::to_string(array->size()) + " elements; give at most " + std::to_string(most));
        return nullptr;
    }
    return array;
}

const Value::Array* Section::filled_array(std::string_view key,
                                          std::size_t most,
                                          const Kind& kind) {
    if (demand(key, kind) == nullptr) return nullptr;
    const Value::Array* out = array(key, most);
    if (out != nullptr && out->empty()) {
        errors_.add(place(key),
                    "empty; give " + std::string(kind.noun) + " like " + std::string(kind.example));
    }
    return out;
}

void Section::finish() {
    if (object_ == nullptr) return;
    report_repeated_keys(*object_, pointer_, errors_);
    std::set<std::string_view> reported;
    for (const Member& member : *object_) {
        if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
        if (!reported.insert(member.key).second) continue;
        errors_.add(place(member.key), "unknown key" + suggestion(member.key, known_));
    }
}

void report_repeated_keys(const Value::Object& object, std::string_view pointer, Errors& errors) {
    std::map<std::string_view, std::size_t> times;
    for (const Member& member : object) {
        // Said once per key, however often it is repeated.
        if (++times[member.key] == 2) {
            errors.add(below(pointer, member.key), "given more than once; keep one");
        }
    }
}

}  // namespace dmm::config
