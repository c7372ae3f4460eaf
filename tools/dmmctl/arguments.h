// The words of one command: operands by place, options by name.
#pragma once

#include <algorithm>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dmm::dmmctl {

// What a command takes. All operands are wanted but the last `optional` ones.
struct Syntax {
    std::vector<std::string_view> operands;  // their names, for complaints
    std::vector<std::string_view> values;    // options that are followed by a value
    std::vector<std::string_view> flags;     // options that are not
    std::size_t optional = 0;
};

class Arguments {
public:
    // The error is a part of a line for the user.
    [[nodiscard]] static std::expected<Arguments, std::string> read(
        std::span<const std::string> words, const Syntax& syntax);

    [[nodiscard]] const std::string& operand(std::size_t index) const { return operands_[index]; }

    // From that place on; empty when there are none.
    [[nodiscard]] std::span<const std::string> operands_behind(std::size_t index) const {
        return std::span(operands_).subspan(std::min(index, operands_.size()));
    }

    // "" when it was not given.
    [[nodiscard]] std::string operand_or_none(std::size_t index) const {
        return index < operands_.size() ? operands_[index] : std::string();
    }

    // "" when it was not given.
    [[nodiscard]] std::string value(std::string_view option) const;

    [[nodiscard]] bool has(std::string_view option) const { return options_.contains(option); }

private:
    std::vector<std::string> operands_;
    std::map<std::string, std::string, std::less<>> options_;
};

}  // namespace dmm::dmmctl
