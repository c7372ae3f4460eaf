// dmmctl(8) without its process: words in, text and an exit status out.
#pragma once

#include <chrono>
#include <istream>
#include <ostream>
#include <span>
#include <string>

namespace dmm::dmmctl {

// Where it runs; other values are for tests.
struct Environment {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    std::string run_directory = "/run/dmm";
    std::chrono::milliseconds patience{5'000};
    std::string programs = "/usr/sbin:/usr/bin:/sbin:/bin";  // whom support-bundle asks
};

// `words` without the program's name. Returns the exit status (exit_code.h).
[[nodiscard]] int run(std::span<const std::string> words, const Environment& environment);

}  // namespace dmm::dmmctl
