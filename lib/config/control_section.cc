// "control": who may use the control socket.
#include <algorithm>

#include "lib/config/section.h"
#include "lib/config/sections.h"
#include "lib/config/values.h"

namespace dmm::config {
namespace {

// What useradd(8) and its kin take for a name; more would not be in the group database.
Read<std::string> group_name(const Value& value) {
    constexpr std::size_t kMost = 32;
    const auto* name = std::get_if<std::string>(&value.data);
    const bool right = name != nullptr && !name->empty() && name->size() <= kMost &&
                       !name->starts_with('-') && std::ranges::all_of(*name, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                       });
    if (right) return *name;
    return std::unexpected(found(value) + R"( is not the name of a group; give one like "dmm")");
}

}  // namespace

ControlSettings read_control(const Value& value, std::string_view pointer, Errors& errors) {
    Section section(value, std::string(pointer), errors);
    ControlSettings out;
    section.optional("group", out.group, group_name);
    section.optional("read_group", out.read_group, group_name);
    if (out.group == out.read_group) {
        errors.add(section.place("read_group"),
                   in_quotes(out.read_group) + " may change things as /control/group; give " +
                       "another group, or leave it away");
    }
    section.finish();
    return out;
}

}  // namespace dmm::config
