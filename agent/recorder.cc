#include "agent/recorder.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/write_all.h"

namespace dmm::agent {
namespace {

// What stands at the end of a recording that came to its limit; there is always room for it.
constexpr std::string_view kFull = "# the limit is reached; nothing more is recorded\n";

std::string words_for(int code) {
    return std::generic_category().message(code);
}

std::string remedy_for(int code) {
    if (code == EEXIST) return "; move it away, or give another name";
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        return "; make room, or record elsewhere";
    return "; give a file in a directory that the daemon may write to";
}

}  // namespace

std::expected<Recorder, std::string> Recorder::create(const std::string& path,
                                                      std::string_view header,
                                                      std::size_t most_octets) {
    Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!fd) return std::unexpected(words_for(errno) + remedy_for(errno));
    Recorder out(std::move(fd), path, most_octets);
    const int fault = out.append(header);
    if (fault == 0) return out;
    out.discard();
    return std::unexpected(words_for(fault) + remedy_for(fault));
}

void Recorder::add(std::string_view line) {
    if (!fd_ || full_) return;
    if (size_ + turn_.size() + line.size() + 1 + kFull.size() > most_octets_) {
        full_ = true;
        turn_.clear();
        return;
    }
    turn_.append(line).append("\n");
}

std::optional<std::string> Recorder::end_turn() {
    if (!fd_ || (turn_.empty() && !full_)) return std::nullopt;
    const int fault = append(full_ ? kFull : turn_);
    turn_.clear();
    if (fault == 0 && !full_) return std::nullopt;
    const Descriptor done = std::exchange(fd_, Descriptor());
    if (fault != 0) return words_for(fault);
    return "the limit of " + std::to_string(most_octets_) + " octets is reached";
}

void Recorder::discard() {
    if (fd_) static_cast<void>(::unlink(path_.c_str()));
    fd_ = Descriptor();
    turn_ = std::string();
}

int Recorder::append(std::string_view text) {
    const int fault = write_all(fd_.get(), text);
    if (fault == 0) {
        size_ += text.size();
    } else {
        // Half a turn would look like a daemon that did not act.
        [[maybe_unused]] const int cut = ::ftruncate(fd_.get(), static_cast<off_t>(size_));
    }
    return fault;
}

}  // namespace dmm::agent
