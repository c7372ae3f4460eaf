#include "lib/base/assert.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace dmm {

void assertion_failed(const char* file, int line, const char* text) noexcept {
    char number[16] = {};
    const auto end = std::to_chars(number, number + sizeof number, line).ptr;
    const auto say = [](const char* part, std::size_t size) noexcept {
        // Nothing can be done about a failed write on the way to abort().
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, part, size);
    };
    say(file, std::strlen(file));
    say(":", 1);
    say(number, static_cast<std::size_t>(end - number));
    say(": assertion failed: ", 20);
    say(text, std::strlen(text));
    say("\n", 1);
    std::abort();
}

}  // namespace dmm
