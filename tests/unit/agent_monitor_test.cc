// Those who follow a daemon's events, at a real socket.
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/control_server.h"
#include "lib/model/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"

namespace dmm::agent {
namespace {

// A daemon's control socket that lets everybody follow who may.
class Server {
public:
    Server()
        : server_(loop_,
                  *ControlSocket::claim(path()),
                  [this](const control::Request&, const Caller&) -> control::Reply {
                      if (server_.may_monitor()) return control::Done{.message = "events follow"};
                      return control::Failed{.code = 8, .message = "enough"};
                  }) {}

    [[nodiscard]] std::string path() const { return directory_.path() + "/m.sock"; }

    // Everything that is ready is done.
    void turn() {
        Timer end(loop_, [this] { loop_.stop(); });
        end.set(read_clock().steady + std::chrono::milliseconds(5));
        loop_.run();
    }

    Descriptor reader() {
        Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
        const std::string request = encode(control::MonitorRequest{}) + '\n';
        REQUIRE(::send(fd.get(), request.data(), request.size(), 0) ==
                static_cast<ssize_t>(request.size()));
        turn();
        return fd;
    }

    void tell(std::size_t events) {
        for (std::size_t i = 0; i < events; ++i) {
            server_.monitor({.time = {}, .instance = "m", .name = "handover"});
            server_.end_turn();
        }
    }

    [[nodiscard]] const ControlServer& server() const { return server_; }

private:
    dmmctl::Directory directory_;
    Loop loop_;
    ControlServer server_;
};

std::string read_all(Server& server, const Descriptor& fd) {
    std::string out;
    std::array<char, 65'536> part{};
    for (;;) {
        const ssize_t got = ::recv(fd.get(), part.data(), part.size(), 0);
        if (got > 0) {
            out.append(part.data(), static_cast<std::size_t>(got));
            continue;
        }
        const auto before = out.size();
        server.turn();
        const ssize_t more = ::recv(fd.get(), part.data(), part.size(), 0);
        if (more > 0) out.append(part.data(), static_cast<std::size_t>(more));
        if (out.size() == before) return out;
    }
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t out = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++out;
    return out;
}

TEST_CASE("so many may follow events, and one that is dead leaves its place") {
    Server server;
    std::vector<Descriptor> readers;
    for (std::size_t i = 0; i < limits::kMonitors; ++i) {
        CHECK(server.server().may_monitor());
        readers.push_back(server.reader());
    }
    CHECK(!server.server().may_monitor());
    const Descriptor refused = server.reader();
    CHECK(read_all(server, refused).find("enough") != std::string::npos);
    CHECK(!server.server().is_traced());
    // One that has read all, and then those that have not: a hang-up and a reset.
    CHECK(count(read_all(server, readers.back()), "follow") == 1);
    readers.pop_back();
    server.turn();
    CHECK(server.server().may_monitor());
    readers.clear();
    server.turn();
    CHECK(!server.server().is_monitored());
    server.tell(1);
}

TEST_CASE("a reader that does not read stops nobody, and hears of what it missed") {
    Server server;
    const Descriptor stuck = server.reader();
    const Descriptor swift = server.reader();
    std::string heard;
    constexpr std::size_t kRounds = 20;
    constexpr std::size_t kEach = 1'000;
    for (std::size_t i = 0; i < kRounds; ++i) {
        server.tell(kEach);
        heard += read_all(server, swift);
    }
    CHECK(count(heard, "\"event\":\"handover\"") == kRounds * kEach);
    const std::string late = read_all(server, stuck);
    CHECK(count(late, "\"event\":\"events_lost\"") == 1);
    const std::size_t told = count(late, "\"event\":\"handover\"");
    CHECK(late.find("\"count\":\"" + std::to_string(kRounds * kEach - told) + '"') !=
          std::string::npos);
    // The queue, and what the socket holds.
    CHECK(late.size() < limits::kMonitorOctets + 1'000'000);
}

}  // namespace
}  // namespace dmm::agent
