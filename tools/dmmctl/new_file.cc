#include "tools/dmmctl/new_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/words.h"

namespace dmm::dmmctl {

NewFile::NewFile(std::string path, bool replace) : path_(std::move(path)), replace_(replace) {}

NewFile::~NewFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::unexpected<std::string> NewFile::fail(int code) const {
    return std::unexpected(in_quotes(path_) + " cannot be written: " +
                           std::generic_category().message(code) + "; give another file");
}

// Also not a link to elsewhere, nor a device: a rename would put a file into its place.
std::expected<void, std::string> NewFile::may_take_place() const {
    struct stat found {};

    if (::lstat(path_.c_str(), &found) != 0) return {};
    if (!S_ISREG(found.st_mode)) {
        return std::unexpected(in_quotes(path_) + " is not a regular file; give another file");
    }
    if (!replace_) {
        return std::unexpected(in_quotes(path_) +
                               " exists; give another file, or --force to replace it");
    }
    return {};
}

std::expected<void, std::string> NewFile::open() {
    if (auto free = may_take_place(); !free) return free;
    std::string name = path_ + ".XXXXXX";
    fd_ = ::mkostemp(name.data(), O_CLOEXEC);  // with mode 0600
    if (fd_ < 0) return fail(errno);
    temporary_ = std::move(name);
    return {};
}

std::expected<void, std::string> NewFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd_, text.data(), text.size());
        if (written < 0 && errno != EINTR) return fail(errno);
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

// The number of the error, or 0. A second name never replaces a file, not even one that has come
// up just now; file systems without such names have only rename().
int NewFile::take_place() const {
    if (!replace_) {
        if (::link(temporary_.c_str(), path_.c_str()) == 0) return 0;
        if (errno == EEXIST) return EEXIST;
    }
    return ::rename(temporary_.c_str(), path_.c_str()) == 0 ? 0 : errno;
}

std::expected<void, std::string> NewFile::finish() {
    if (::fsync(fd_) != 0) return fail(errno);
    if (::close(std::exchange(fd_, -1)) != 0) return fail(errno);
    if (auto free = may_take_place(); !free) return free;
    if (const int code = take_place(); code != 0) return fail(code);
    return {};
}

}  // namespace dmm::dmmctl
