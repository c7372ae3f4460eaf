#include "agent/snapshot.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/write_all.h"
#include "lib/base/text.h"

namespace dmm::agent {
namespace {

constexpr std::string_view kForm = "1";
constexpr std::string_view kSuffix = ".sock";
// 16384 sessions of eight anchors each are below this.
constexpr std::size_t kMostOctets = std::size_t{64} * 1024 * 1024;
// Written anew when what is out of date is more than this and three times what is not.
constexpr std::size_t kSlack = std::size_t{256} * 1024;

std::string words_for(int code) {
    return std::generic_category().message(code);
}

std::string keep_line(const std::string& mn, const std::string& record) {
    return "keep " + quoted(mn) + ' ' + record + '\n';
}

std::string head_line(const std::string& origin, std::uint32_t counter) {
    return "dmm-snapshot form=" + std::string(kForm) + " origin=" + quoted(origin) +
           " counter=" + std::to_string(counter) + '\n';
}

// Whole lines: what a crash cut off was not sent either.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

std::optional<std::uint32_t> counter_in(const std::string& line, const std::string& origin) {
    const auto words = split_words(line);
    if (!words || words->size() != 4) return std::nullopt;
    constexpr std::string_view kKey = "counter=";
    const std::string& last = words->back();
    if (!last.starts_with(kKey)) return std::nullopt;
    const auto counter = parse_number<std::uint32_t>(std::string_view(last).substr(kKey.size()));
    if (!counter || head_line(origin, *counter) != line + '\n') return std::nullopt;
    return counter;
}

// False for a line that no run wrote.
bool take(const std::string& line, std::map<std::string, std::string>& records) {
    const auto words = split_words(line);
    if (!words || words->size() < 2) return false;
    const std::string& mn = words->at(1);
    if (line == "drop " + quoted(mn)) {
        records.erase(mn);
        return true;
    }
    const std::string start = "keep " + quoted(mn) + ' ';
    if (!line.starts_with(start) || words->size() < 3) return false;
    records.insert_or_assign(mn, line.substr(start.size()));
    return true;
}

}  // namespace

std::string Snapshot::path_beside(const std::string& control_socket) {
    const bool usual = control_socket.ends_with(kSuffix);
    return control_socket.substr(0, control_socket.size() - (usual ? kSuffix.size() : 0)) +
           ".state";
}

std::expected<std::optional<Snapshot::Kept>, std::string> Snapshot::read(
    const std::string& path, const std::string& origin) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::optional<Kept>();
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto refuse = [&](const std::string& why) {
        const std::string aside = path + ".refused";
        const bool moved = ::rename(path.c_str(), aside.c_str()) == 0;
        return std::unexpected(path + ": " + why +
                               (moved ? "; set aside as " + aside
                                      : "; it could not be set aside: " + words_for(errno)));
    };
    if (text.size() > kMostOctets) return refuse("too large");
    const std::vector<std::string> lines = lines_of(text);
    if (lines.empty()) return std::optional<Kept>();
    const auto counter = counter_in(lines.front(), origin);
    if (!counter) return refuse("not of this instance, boot or version");
    std::map<std::string, std::string> records;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (!take(lines[i], records))
            return refuse("line " + std::to_string(i + 1) + " is damaged");
    }
    Kept kept{.restart_counter = *counter, .records = {}};
    for (auto& [mn, record] : records)
        kept.records.push_back(std::move(record));
    return kept;
}

Snapshot::Snapshot(std::string path, const std::string& origin, std::uint32_t restart_counter)
    : path_(std::move(path)), head_(head_line(origin, restart_counter)) {}

void Snapshot::put(const std::string& mn, const std::optional<std::string>& record) {
    const auto known = live_.find(mn);
    if (!record) {
        if (known == live_.end()) return;
        live_octets_ -= keep_line(mn, known->second).size();
        live_.erase(known);
        pending_ += "drop " + quoted(mn) + '\n';
        return;
    }
    if (known != live_.end()) {
        if (known->second == *record) return;
        live_octets_ -= keep_line(mn, known->second).size();
    }
    const std::string line = keep_line(mn, *record);
    live_octets_ += line.size();
    live_.insert_or_assign(mn, *record);
    pending_ += line;
}

std::optional<std::string> Snapshot::flush() {
    if (ended_ || (fd_ && pending_.empty())) return std::nullopt;
    const bool stale = file_octets_ + pending_.size() > kSlack + 4 * live_octets_;
    const int fault = !fd_ || stale ? rewrite() : append();
    pending_.clear();
    if (fault == 0) return std::nullopt;
    // Half of the truth is worse than none: the domain heals by signalling.
    ended_ = true;
    discard();
    return path_ + ": " + words_for(fault);
}

int Snapshot::append() {
    const int fault = write_all(fd_.get(), pending_);
    file_octets_ += pending_.size();
    return fault;
}

int Snapshot::rewrite() {
    std::string text = head_;
    for (const auto& [mn, record] : live_)
        text += keep_line(mn, record);
    const std::string fresh = path_ + ".new";
    Descriptor fd(::open(fresh.c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                         S_IRUSR | S_IWUSR));
    if (!fd) return errno;
    int fault = write_all(fd.get(), text);
    if (fault == 0 && ::rename(fresh.c_str(), path_.c_str()) != 0) fault = errno;
    if (fault != 0) {
        static_cast<void>(::unlink(fresh.c_str()));
        return fault;
    }
    fd_ = std::move(fd);
    file_octets_ = text.size();
    return 0;
}

void Snapshot::discard() {
    static_cast<void>(::unlink(path_.c_str()));
    fd_ = Descriptor();
}

}  // namespace dmm::agent
