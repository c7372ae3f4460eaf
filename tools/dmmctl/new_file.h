// A file that is there as a whole or not at all, for its owner's eyes alone.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace dmm::dmmctl {

class NewFile {
public:
    // Written under a name of its own beside `path`. What is at `path` is replaced only if it is a
    // regular file and `replace` says so.
    NewFile(std::string path, bool replace);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();  // without finish() nothing is left

    // The errors are one line for the user, with the file's name and a remedy.
    [[nodiscard]] std::expected<void, std::string> open();
    [[nodiscard]] std::expected<void, std::string> write(std::string_view text);
    // It is on the disk, and has its name.
    [[nodiscard]] std::expected<void, std::string> finish();

private:
    [[nodiscard]] std::expected<void, std::string> may_take_place() const;
    [[nodiscard]] int take_place() const;
    [[nodiscard]] std::unexpected<std::string> fail(int code) const;

    std::string path_;
    std::string temporary_;  // "" when there is none
    int fd_ = -1;
    bool replace_;
};

}  // namespace dmm::dmmctl
