// The text form of messages: one line of words, printed and parsed, shared by traces,
// scenarios, logs and `dmmctl decode`.
//   pbu seq=1 flags=APD lifetime=600 mn=alice@example hnp=2001:db8:a100:1::/64 hi=4 att=3
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lib/wire/message.h"

namespace dmm::wire {

// Lifetimes are shown in seconds, options in their order; parse(to_text(m)) == m for every
// message that decode() can return.
[[nodiscard]] std::string to_text(const Message& message);
// `words` as split_words() gives them, the verb first. nullopt when anything is not
// understood, or if it says a message that decode() would not return.
[[nodiscard]] std::optional<Message> parse_message(std::span<const std::string> words);

// One option as it stands in the line of its message: "hnp=2001:db8:a100:1::/64".
[[nodiscard]] std::string option_text(const Option& option);

}  // namespace dmm::wire
