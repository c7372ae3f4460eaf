// A TCP connection that is watched while its node moves:
//   flow serve PORT          sends back what comes, one connection at a time, until it is killed
//   flow ask ADDRESS PORT    connects and says "open"; sends each line of its standard input and
//                            says what came back, or "lost" after ten seconds
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/descriptor.h"

namespace {

using dmm::agent::Descriptor;

constexpr int kPatienceMs = 10'000;

Descriptor tcp_socket() {
    return Descriptor(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

sockaddr_in6 at_port(const char* port) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(static_cast<std::uint16_t>(std::atoi(port)));  // NOLINT(cert-err34-c)
    return out;
}

void send_back(const Descriptor& peer) {
    std::array<char, 4096> octets{};
    for (;;) {
        const ssize_t size = ::read(peer.get(), octets.data(), octets.size());
        if (size <= 0) return;
        if (::write(peer.get(), octets.data(), static_cast<std::size_t>(size)) != size) return;
    }
}

int serve(const char* port) {
    const Descriptor listener = tcp_socket();
    const sockaddr_in6 here = at_port(port);
    if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0)
        return 1;
    if (::listen(listener.get(), 4) != 0) return 1;
    for (;;) {
        const Descriptor peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (peer) send_back(peer);
    }
}

// What came back, up to the end of the line; "lost" if it does not come.
std::string echo_of(const Descriptor& peer, const std::string& line) {
    const std::string sent = line + '\n';
    const auto size = static_cast<ssize_t>(sent.size());
    if (::write(peer.get(), sent.data(), sent.size()) != size) return "lost";
    std::string out;
    while (!out.ends_with('\n')) {
        pollfd ready{.fd = peer.get(), .events = POLLIN, .revents = 0};
        char octet = 0;
        if (::poll(&ready, 1, kPatienceMs) <= 0 || ::read(peer.get(), &octet, 1) != 1)
            return "lost";
        out += octet;
    }
    out.pop_back();
    return out;
}

int ask(const char* address, const char* port) {
    sockaddr_in6 there = at_port(port);
    if (::inet_pton(AF_INET6, address, &there.sin6_addr) != 1) return 1;
    const Descriptor peer = tcp_socket();
    if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
        return 1;
    std::cout << "open" << std::endl;
    for (std::string line; std::getline(std::cin, line);)
        std::cout << echo_of(peer, line) << std::endl;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "serve") return serve(argv[2]);
    if (argc == 4 && std::string_view(argv[1]) == "ask") return ask(argv[2], argv[3]);
    std::cerr << "usage: flow serve PORT | flow ask ADDRESS PORT\n";
    return 2;
}
