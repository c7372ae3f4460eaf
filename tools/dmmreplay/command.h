// dmmreplay(8) without its process: words in, text and an exit status out.
#pragma once

#include <istream>
#include <ostream>
#include <span>
#include <string>

namespace dmm::dmmreplay {

inline constexpr int kAsRecorded = 0;
inline constexpr int kDiffers = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNoRecording = 3;

struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
};

// `words` without the program's name. Returns the exit status.
[[nodiscard]] int run(std::span<const std::string> words, const Streams& streams);

}  // namespace dmm::dmmreplay
