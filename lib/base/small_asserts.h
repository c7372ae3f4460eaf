// Included before everything else by BUILD=small: what the standard library checks at each use of a
// vector, a span, a string_view, an optional or an expected ends the program there too, but says
// nothing. -D_GLIBCXX_ASSERTIONS would check the same, at the price of what it says and of copies
// of std::string in the program; without words this is a few thousand octets. Where the library has
// no such macros, this changes nothing.
#pragma once

#include <cstddef>  // brings libstdc++'s own configuration, which makes the copies if it is asked

#ifdef __glibcxx_assert
#undef __glibcxx_assert
// NOLINTNEXTLINE(bugprone-reserved-identifier, cppcoreguidelines-macro-usage): the library's name.
#define __glibcxx_assert(condition)             \
    do {                                        \
        if (!bool(condition)) __builtin_trap(); \
    } while (false)
#endif

#ifndef _GLIBCXX_ASSERTIONS
// NOLINTNEXTLINE(bugprone-reserved-identifier, cppcoreguidelines-macro-usage): the library's name.
#define _GLIBCXX_ASSERTIONS 1
#endif
