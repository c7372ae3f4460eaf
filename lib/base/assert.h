// Assertions that stay on in every build. A failed one is a programmer's error:
// it names the place and aborts, so that the service manager starts afresh
// instead of carrying a broken state on.
#pragma once

namespace dmm {

// Writes "file:line: assertion failed: text" to standard error and aborts.
[[noreturn]] void assertion_failed(const char* file, int line, const char* text) noexcept;

}  // namespace dmm

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro knows its caller's text.
#define DMM_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::dmm::assertion_failed(__FILE__, __LINE__, #condition))
