#include "tools/demo/daemons.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/assert.h"
#include "tools/demo/daemon_config.h"
#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kStartBound{15'000};
constexpr milliseconds kStopBound{15'000};
constexpr milliseconds kPoll{10};
constexpr std::size_t kLastWords = 5;  // lines

bool write_file(const std::string& path, const std::string& text) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    return file.valid() &&
           ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool accepts(const std::string& path) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (path.size() >= sizeof(where.sun_path)) return false;
    std::memcpy(&where.sun_path, path.data(), path.size());
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) == 0;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        out.push_back(line);
    return out;
}

std::string end_of(const Daemon& daemon) {
    const std::vector<std::string> lines = lines_of(contents(daemon.log.get()));
    std::string out;
    const std::size_t skip = lines.size() > kLastWords ? lines.size() - kLastWords : 0;
    for (std::size_t i = skip; i < lines.size(); ++i)
        out += "\n" + lines[i];
    return out.empty() ? "\n(it logged nothing)" : out;
}

}  // namespace

std::expected<void, std::string> Daemons::launch(const Topology& topology,
                                                 const std::string& actor,
                                                 const std::string& config) {
    const std::string file = folder_ + "/" + actor + ".json";
    const std::string log = folder_ + "/" + actor + ".log";
    Daemon daemon;
    daemon.actor = actor;
    daemon.socket = folder_ + "/" + actor + ".sock";
    daemon.log =
        Descriptor(::open(log.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
    if (!write_file(file, config) || !daemon.log.valid()) {
        return std::unexpected("cannot write to " + folder_);
    }
    daemon.process = run(topology, daemon);
    daemons_.push_back(std::move(daemon));
    return {};
}

Process Daemons::run(const Topology& topology, Daemon& daemon) const {
    const std::string base = folder_ + "/" + daemon.actor;
    std::vector<std::string> words{dmmd_, base + ".json"};
    ++daemon.runs;
    if (records_) {
        words.emplace_back("--record");
        words.push_back(base + "-" + std::to_string(daemon.runs) + ".rec");
    }
    return Process::start(topology.netns(daemon.actor), [&] {
        const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        step_forward();
        return become(words, nothing.get(), daemon.log.get());
    });
}

Daemon& Daemons::of(const std::string& actor) {
    const auto found = std::find_if(
        daemons_.begin(), daemons_.end(), [&](const Daemon& d) { return d.actor == actor; });
    DMM_ASSERT(found != daemons_.end());
    return *found;
}

void Daemons::kill(const std::string& actor) {
    Daemon& daemon = of(actor);
    daemon.process.signal(SIGKILL);
    (void)daemon.process.wait(kStopBound);
}

std::expected<void, std::string> Daemons::launch_again(const Topology& topology,
                                                       const std::string& actor) {
    Daemon& daemon = of(actor);
    if (daemon.process.running()) return std::unexpected(actor + ": was not killed");
    daemon.process = run(topology, daemon);
    return {};
}

std::expected<void, std::string> Daemons::await(const std::string& actor) {
    return await(of(actor));
}

std::expected<void, std::string> Daemons::await(Daemon& daemon) const {
    const auto deadline = std::chrono::steady_clock::now() + kStartBound;
    while (!accepts(daemon.socket)) {
        if (const std::optional<int> status = daemon.process.wait(kPoll)) {
            return std::unexpected(daemon.actor + ": dmmd ended with exit status " +
                                   std::to_string(*status) +
                                   " instead of running:" + end_of(daemon));
        }
        if (std::chrono::steady_clock::now() > deadline) {
            return std::unexpected(daemon.actor + ": dmmd does not answer on " + daemon.socket +
                                   " after " + std::to_string(kStartBound.count()) +
                                   " ms:" + end_of(daemon));
        }
    }
    return {};
}

std::expected<void, std::string> Daemons::start(const Topology& topology) {
    const auto socket = [this](const std::string& actor) {
        return folder_ + "/" + actor + ".sock";
    };
    if (auto done = launch(topology, "cmd", cmd_config(mode_, socket("cmd"))); !done) return done;
    for (int maar = 1; maar <= kMaars; ++maar) {
        const std::string name = maar_name(maar);
        if (auto done = launch(topology, name, maar_config(maar, mode_, socket(name))); !done)
            return done;
    }
    for (Daemon& daemon : daemons_) {
        if (auto done = await(daemon); !done) return done;
    }
    return {};
}

std::vector<LogLine> Daemons::log_news() {
    std::vector<LogLine> out;
    for (Daemon& daemon : daemons_) {
        struct stat now {};

        if (::fstat(daemon.log.get(), &now) != 0 ||
            now.st_size <= static_cast<off_t>(daemon.read)) {
            continue;
        }
        std::string fresh(65536, '\0');
        const ssize_t got =
            ::pread(daemon.log.get(), fresh.data(), fresh.size(), static_cast<off_t>(daemon.read));
        fresh.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        // A line that is still being written is left for the next time.
        const std::size_t end = fresh.rfind('\n');
        if (end == std::string::npos) continue;
        fresh.resize(end + 1);
        daemon.read += fresh.size();
        for (std::string& line : lines_of(fresh)) {
            out.push_back({.actor = daemon.actor, .text = std::move(line)});
        }
    }
    return out;
}

std::vector<std::string> Daemons::stop() {
    std::vector<std::string> faults;
    for (const Daemon& daemon : daemons_)
        daemon.process.signal(SIGTERM);
    for (Daemon& daemon : daemons_) {
        if (!daemon.process.running()) continue;
        const std::optional<int> status = daemon.process.wait(kStopBound);
        const std::string what = daemon.actor + ": expected exit status 0 after SIGTERM, saw ";
        if (!status) {
            faults.push_back(what + "no end within " + std::to_string(kStopBound.count()) + " ms");
        } else if (*status != 0) {
            faults.push_back(what + std::to_string(*status));
        }
        if (::access(daemon.socket.c_str(), F_OK) == 0) {
            faults.push_back(daemon.actor + ": its control socket is still there");
        }
    }
    return faults;
}

std::vector<LogLine> Daemons::last_words() const {
    std::vector<LogLine> out;
    out.reserve(daemons_.size());
    for (const Daemon& daemon : daemons_)
        out.push_back({.actor = daemon.actor, .text = end_of(daemon)});
    return out;
}

}  // namespace dmm::demo
