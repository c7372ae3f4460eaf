// What stands in for a daemon, and dmmctl called upon it.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tools/dmmctl/commands.h"

namespace dmm::dmmctl {

class Directory {
public:
    Directory() {
        std::string pattern = "/tmp/dmmctl-test-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }

    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    ~Directory() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline int listening(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(fd >= 0);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd, 1) == 0);
    return fd;
}

// Without its newline.
inline std::string line_from(int fd) {
    std::string out;
    char c = 0;
    while (::read(fd, &c, 1) == 1 && c != '\n')
        out += c;
    return out;
}

inline void write(int fd, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t sent = ::send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
        if (sent <= 0) return;
        done += static_cast<std::size_t>(sent);
    }
}

// Takes one client, keeps the line that it sent, gives it `answer` in two parts and hangs up.
class FakeDaemon {
public:
    FakeDaemon(const std::string& path, std::string answer)
        : fd_(listening(path)), answer_(std::move(answer)), thread_([this] { serve(); }) {}

    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;

    ~FakeDaemon() {
        // Where no client came, accept() ends here.
        ::shutdown(fd_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        ::close(fd_);
    }

    // What the client asked.
    const std::string& request() {
        thread_.join();
        return request_;
    }

private:
    void serve() {
        const int client = ::accept(fd_, nullptr, nullptr);
        if (client < 0) return;
        request_ = line_from(client);
        const std::size_t half = answer_.size() / 2;
        write(client, answer_.substr(0, half));
        write(client, answer_.substr(half));
        ::close(client);
    }

    int fd_;
    std::string answer_;
    std::string request_;
    std::thread thread_;
};

// Takes clients one after the other, until it is destroyed.
class AnsweringDaemon {
public:
    // The answer to a line, both without newline; "" hangs up without one.
    using Answerer = std::function<std::string(const std::string& line)>;

    AnsweringDaemon(const std::string& path, Answerer answerer)
        : fd_(listening(path)), answerer_(std::move(answerer)), thread_([this] { serve(); }) {}

    AnsweringDaemon(const AnsweringDaemon&) = delete;
    AnsweringDaemon& operator=(const AnsweringDaemon&) = delete;

    ~AnsweringDaemon() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }

private:
    void serve() {
        for (int client = 0; (client = ::accept(fd_, nullptr, nullptr)) >= 0;) {
            const std::string answer = answerer_(line_from(client));
            if (!answer.empty()) write(client, answer + '\n');
            ::close(client);
        }
    }

    int fd_;
    Answerer answerer_;
    std::thread thread_;
};

struct Outcome {
    int exit_code = 0;
    std::string out;
    std::string err;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

inline std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
    return stream << outcome.exit_code << "\n--out\n" << outcome.out << "--err\n" << outcome.err;
}

inline Outcome call(const std::vector<std::string>& words,
                    const std::string& run_directory,
                    std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code = run(
        words,
        {.in = in, .out = out, .err = err, .run_directory = run_directory, .patience = patience});
    return {.exit_code = exit_code, .out = out.str(), .err = err.str()};
}

}  // namespace dmm::dmmctl
