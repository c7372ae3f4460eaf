#include "lib/base/assert.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace dmm {

void assertion_failed(const char* file, int line, const char* text) noexcept {
    std::array<char, 16> number{};
    const auto end = std::to_chars(number.begin(), number.end(), line).ptr;
    const auto say = [](const char* part, std::size_t size) noexcept {
        // Nothing can be done about a failed write on the way to abort().
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, part, size);
    };
    say(file, std::strlen(file));
    say(":", 1);
    say(number.data(), static_cast<std::size_t>(end - number.begin()));
    say(": assertion failed: ", 20);
    say(text, std::strlen(text));
    say("\n", 1);
    std::abort();
}

}  // namespace dmm
