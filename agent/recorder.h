// The file of `dmmd --record`: lines are kept until the turn of the loop has ended, then
// written at once, so that the file holds whole turns. It never grows above its limit, and
// what cannot be written ends the recording, not the daemon.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/descriptor.h"

namespace dmm::agent {

class Recorder {
public:
    static constexpr std::size_t kMostOctets = std::size_t{64} * 1024 * 1024;

    // Makes the file, for its owner alone, and writes `header`. A file that is there already
    // is never touched: it may be the record of a crash. The error says what would be right.
    [[nodiscard]] static std::expected<Recorder, std::string> create(const std::string& path,
                                                                     std::string_view header,
                                                                     std::size_t most_octets);

    // `line` without its newline.
    void add(std::string_view line);
    // Writes what was added. When that ended the recording: why, once.
    [[nodiscard]] std::optional<std::string> end_turn();
    // Removes the file: the daemon did not come to work.
    void discard();

private:
    Recorder(Descriptor fd, std::string path, std::size_t most_octets)
        : fd_(std::move(fd)), path_(std::move(path)), most_octets_(most_octets) {}

    // 0 or the error; after an error the file is as it was before.
    [[nodiscard]] int append(std::string_view text);

    Descriptor fd_;  // empty once the recording has ended
    std::string path_;
    std::size_t most_octets_;
    std::size_t size_ = 0;  // of the file
    std::string turn_;
    bool full_ = false;
};

}  // namespace dmm::agent
