// The listener for metrics with real sockets, and with clients that mean no good.
#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/clock.h"
#include "agent/metrics_server.h"
#include "agent/socket_address.h"
#include "lib/model/limits.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNever{60'000};
const std::string kGet = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

sockaddr_in6 address_of(int fd) {
    sockaddr_in6 out{};
    socklen_t octets = sizeof out;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&out), &octets) == 0);
    return out;
}

// A client that never waits.
class Client {
public:
    explicit Client(const sockaddr_in6& server, int room = 0)
        : fd_(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        if (room > 0)
            REQUIRE(::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == 0);
        // Done at once or under way, on this host.
        static_cast<void>(
            ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server));
    }

    // What was taken of it, or -1.
    ssize_t send(const std::string& text) {
        return ::send(fd_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    void say_no_more() { ::shutdown(fd_.get(), SHUT_WR); }

    void reset() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        fd_ = Descriptor();
    }

    // Takes what is there, at most so much; true when nothing more will come.
    bool ended(std::size_t most = std::size_t{1} << 20U) {
        std::string part(most, '\0');
        const ssize_t taken = ::recv(fd_.get(), part.data(), part.size(), MSG_DONTWAIT);
        if (taken > 0) heard_.append(part, 0, static_cast<std::size_t>(taken));
        in_order_ = taken == 0;
        return taken == 0 || (taken < 0 && errno != EAGAIN);
    }

    // Not by a reset, which can take away what has not been read.
    [[nodiscard]] bool ended_in_order() const { return in_order_; }

    [[nodiscard]] const std::string& heard() const { return heard_; }

    // "200", or "" before an answer.
    [[nodiscard]] std::string status() const {
        return heard_.starts_with("HTTP/1.1 ") ? heard_.substr(9, 3) : "";
    }

private:
    Descriptor fd_;
    std::string heard_;
    bool in_order_ = false;
};

class Bench {
public:
    explicit Bench(milliseconds patience = kNever, std::string content = "dmm_up 1\n")
        : content_(std::move(content)),
          listener_(listen_at({.address = test::ip("::1"), .port = 0}).value()),
          address_(address_of(listener_.get())),
          server_(
              loop_,
              std::move(listener_),
              [this] {
                  ++made_;
                  return content_;
              },
              patience) {}

    // Turns the loop until `done`, for ten seconds at most.
    bool until(const std::function<bool()>& done) {
        const SteadyTime end = read_clock().steady + std::chrono::seconds(10);
        while (!done()) {
            if (read_clock().steady > end) return false;
            turn();
        }
        return true;
    }

    void turn() {
        Timer stop(loop_, [this] { loop_.stop(); });
        stop.set(read_clock().steady + milliseconds(1));
        loop_.run();
    }

    // The status of the answer, when the connection has ended.
    std::string status_of(Client& client) {
        REQUIRE(until([&] { return client.ended(); }));
        return client.status();
    }

    std::string ask(const std::string& text = kGet) {
        Client client(address_);
        client.send(text);
        return status_of(client);
    }

    [[nodiscard]] const sockaddr_in6& address() const { return address_; }

    [[nodiscard]] int made() const { return made_; }

private:
    std::string content_;
    int made_ = 0;
    Loop loop_;
    Descriptor listener_;
    sockaddr_in6 address_;
    MetricsServer server_;
};

TEST_CASE("metrics are given over HTTP, and the connection ends") {
    Bench bench;
    Client client(bench.address());
    client.send(kGet);
    CHECK(bench.status_of(client) == "200");
    CHECK(client.heard().ends_with("Connection: close\r\n\r\ndmm_up 1\n"));
    Client head(bench.address());
    head.send("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(bench.status_of(head) == "200");
    CHECK(head.heard().ends_with("Connection: close\r\n\r\n"));
    // Made once for both, who came within a second.
    CHECK(bench.made() == 1);
}

TEST_CASE("a request may come octet by octet, and its sender may say that nothing follows") {
    Bench bench;
    Client client(bench.address());
    for (const char octet : kGet) {
        REQUIRE(bench.until([&] { return client.send({octet}) == 1; }));
        bench.turn();
    }
    client.say_no_more();
    CHECK(bench.status_of(client) == "200");
    Client early(bench.address());
    early.send(kGet);
    early.say_no_more();
    CHECK(bench.status_of(early) == "200");
}

TEST_CASE("who asks for something else, or nothing that can be understood, is told so") {
    Bench bench;
    CHECK(bench.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == "404");
    CHECK(bench.ask("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n") == "405");
    CHECK(bench.ask("\x16\x03\x01\x02" + std::string(500, '\0')) == "400");
    CHECK(bench.ask("nonsense\r\n\r\n") == "400");
    CHECK(bench.ask("GET /metrics HTTP/1.1\r\nA: " + std::string(5000, 'a')) == "431");
    CHECK(bench.made() == 0);
    // One answer, whatever follows.
    Client two(bench.address());
    two.send(kGet + kGet);
    CHECK(bench.status_of(two) == "200");
    CHECK(two.heard().find("HTTP/1.1", 1) == std::string::npos);
    CHECK(two.ended_in_order());
}

TEST_CASE("who never stops sending does not keep its place, nor what it sends any memory") {
    Bench bench(milliseconds(100));
    Client client(bench.address());
    const std::string flood(65536, 'a');
    std::size_t sent = 0;
    CHECK(bench.until([&] {
        const ssize_t taken = client.send(flood);
        if (taken > 0) sent += static_cast<std::size_t>(taken);
        return taken < 0 && errno != EAGAIN && errno != ENOTCONN;
    }));
    CHECK(sent > limits::kHttpRequestOctets);
    CHECK(bench.ask() == "200");
}

TEST_CASE("who takes too long to ask is told so, however little is missing") {
    Bench bench(milliseconds(50));
    Client silent(bench.address());
    Client slow(bench.address());
    const SteadyTime began = read_clock().steady;
    CHECK(bench.until([&] {
        const bool both = slow.ended() && silent.ended();
        // Each octet in time, and yet no end.
        if (slow.status().empty()) slow.send("a");
        return both;
    }));
    CHECK(read_clock().steady - began >= milliseconds(50));
    CHECK(silent.status() == "408");
    CHECK(slow.status() == "408");
    CHECK(bench.ask() == "200");
}

TEST_CASE("a long answer is given in parts, and nobody waits for who reads slowly") {
    const std::string content(std::size_t{16} * 1024 * 1024, 'x');
    Bench bench(milliseconds(8'000), content);
    constexpr int kLittle = 4096;
    Client slow(bench.address(), kLittle);
    slow.send(kGet);
    REQUIRE(bench.until([&] { return bench.made() == 1; }));
    // Others are served meanwhile.
    CHECK(bench.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == "404");
    Client other(bench.address());
    other.send(kGet);
    other.say_no_more();
    CHECK(bench.status_of(other) == "200");
    CHECK(other.heard().size() > content.size());
    CHECK(other.heard().ends_with("\r\n\r\n" + content));
}

TEST_CASE("who does not read loses its place and the rest of its answer") {
    const std::string content(std::size_t{16} * 1024 * 1024, 'x');
    Bench bench(milliseconds(50), content);
    std::deque<Client> deaf;
    for (std::size_t i = 0; i < limits::kMetricsClients; ++i) {
        deaf.emplace_back(bench.address(), 4096);
        deaf.back().send(kGet);
    }
    REQUIRE(bench.until([&] { return bench.made() == 1; }));
    CHECK(bench.until([&] { return bench.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == "404"; }));
    for (Client& client : deaf) {
        CHECK(bench.status_of(client) == "200");
        // Nor does the kernel keep what it was given for it.
        CHECK(client.heard().size() < 100'000);
    }
}

TEST_CASE("who takes its answer drop by drop loses its place like one who takes nothing") {
    const std::string content(std::size_t{16} * 1024 * 1024, 'x');
    Bench bench(milliseconds(50), content);
    Client client(bench.address(), 4096);
    client.send(kGet);
    std::size_t drops = 0;
    CHECK(bench.until([&] {
        ++drops;
        return client.ended(/*most=*/100);
    }));
    CHECK(client.status() == "200");
    CHECK(client.heard().size() < content.size());
    CHECK(drops > 4);
}

TEST_CASE("of twenty clients four have a place, and the others are told that there is none") {
    Bench bench(milliseconds(200));
    std::deque<Client> clients;
    for (int i = 0; i < 20; ++i)
        clients.emplace_back(bench.address());
    std::size_t refused = 0;
    CHECK(bench.until([&] {
        std::erase_if(clients, [&](Client& client) {
            const bool gone = client.ended() && client.status() == "503";
            refused += gone ? 1 : 0;
            return gone;
        });
        return refused == 16;
    }));
    REQUIRE(clients.size() == limits::kMetricsClients);
    // One of them uses its place, the others lose it.
    clients.front().send(kGet);
    CHECK(bench.status_of(clients.front()) == "200");
    clients.pop_front();
    for (Client& client : clients)
        CHECK(bench.status_of(client) == "408");
    CHECK(bench.ask() == "200");
}

TEST_CASE("the refusal reaches who has asked already") {
    Bench bench;
    std::deque<Client> idle;
    for (std::size_t i = 0; i < limits::kMetricsClients; ++i)
        idle.emplace_back(bench.address());
    Client late(bench.address());
    late.send(kGet);
    CHECK(bench.status_of(late) == "503");
    CHECK(late.heard().ends_with("Service Unavailable\n"));
    CHECK(late.ended_in_order());
    // Who goes makes room at once.
    idle.front().reset();
    idle.back().say_no_more();
    CHECK(bench.until([&] { return bench.ask() == "200"; }));
}

TEST_CASE("where somebody listens already, or nobody can, is known at once") {
    const auto first = listen_at({.address = test::ip("::1"), .port = 0});
    REQUIRE(first);
    const std::uint16_t port = ntohs(address_of(first->get()).sin6_port);
    const auto second = listen_at({.address = test::ip("::1"), .port = port});
    REQUIRE_FALSE(second);
    CHECK(second.error() == EADDRINUSE);
    const auto nowhere = listen_at({.address = test::ip("2001:db8:dead::1"), .port = 0});
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error() == EADDRNOTAVAIL);
    // All addresses of IPv6, and no IPv4 by the way.
    const auto all = listen_at({.address = {}, .port = 0});
    REQUIRE(all);
    int only = 0;
    socklen_t octets = sizeof only;
    REQUIRE(::getsockopt(all->get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, &octets) == 0);
    CHECK(only == 1);
}

}  // namespace
}  // namespace dmm::agent
