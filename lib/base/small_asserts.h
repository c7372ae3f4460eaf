// Included before everything else by BUILD=small: what the standard library checks at each use of a
// span, a string_view, an optional or an expected stays on and ends the program, but says nothing.
// All of _GLIBCXX_ASSERTIONS, with the indices of vectors, what it says and the copies of std::string
// that it makes, is a tenth of dmmd. Where the library has no such macro, this changes nothing.
#pragma once

#include <cstddef>  // brings libstdc++'s own configuration

#ifdef __glibcxx_assert
#undef __glibcxx_assert
// NOLINTNEXTLINE(bugprone-reserved-identifier, cppcoreguidelines-macro-usage): the library's name.
#define __glibcxx_assert(condition)             \
    do {                                        \
        if (!bool(condition)) __builtin_trap(); \
    } while (false)
#endif
